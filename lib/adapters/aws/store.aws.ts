import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { withPatience } from './patience.ts';
import { tableSchema } from './store.binding.ts';
import {
  fromAttributes,
  namesIn,
  type StoreItem,
  type StoreKey,
  type StoreValues,
  toAttributes,
  valuesIn,
} from './store-item.ts';

export interface StoreOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** Part of the table: a partition, or those of its items whose sort keys begin with, or lie between, something. */
export interface StoreQuery {
  readonly pk: string;
  /** The index instead of the table: it may be a moment behind. @default false */
  readonly byTime?: boolean;
  readonly prefix?: string;
  /** Both ends belong to it. */
  readonly between?: readonly [string, string];
  /** @default false */
  readonly descending?: boolean;
  readonly limit?: number;
}

/** One write of a transaction, or alone; expressions say `#name` for attributes and `:name` for values. */
export type StoreWrite = (
  | { readonly put: StoreItem }
  | { readonly update: StoreKey; readonly by: string }
  | { readonly remove: StoreKey }
) & { readonly when?: string; readonly values?: StoreValues };

/** Whether a write took place; where not, what was there. */
export type StoreOutcome =
  | { readonly done: true; readonly old?: StoreItem }
  | { readonly done: false; readonly found?: StoreItem };

/** The mesh's table. Reads see every write that was answered before. */
export interface Store {
  get(key: StoreKey): Promise<StoreItem | undefined>;
  /** In the order of the keys; undefined where there is nothing. */
  getMany(keys: readonly StoreKey[]): Promise<readonly (StoreItem | undefined)[]>;
  query(query: StoreQuery): Promise<readonly StoreItem[]>;
  /** Does one write if its condition holds; an update also gives back what it replaced. */
  write(write: StoreWrite): Promise<StoreOutcome>;
  /** Does all writes, or none when a condition does not hold: `found` is then what that one's key held. */
  transact(writes: readonly StoreWrite[]): Promise<StoreOutcome>;
  /** Puts and removes any number of items, not at once. */
  putMany(items: readonly StoreItem[]): Promise<void>;
  removeMany(keys: readonly StoreKey[]): Promise<void>;
}

/** What one request may hold. */
const MOST_GETS = 100;
const MOST_WRITES = 25;

export function createStore({ client, table }: StoreOptions): Store {
  const patiently = <Result>(work: () => Promise<Result>) => withPatience(isPassing, work);

  async function batchWrite(requests: readonly WriteRequest[]): Promise<void> {
    for (let start = 0; start < requests.length; start += MOST_WRITES) {
      let left = requests.slice(start, start + MOST_WRITES);
      await patiently(async () => {
        const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
        left = answer.UnprocessedItems?.[table] ?? [];
        if (left.length > 0) throw new Unprocessed();
      });
    }
  }

  async function getBatch(keys: readonly StoreKey[]): Promise<StoreItem[]> {
    const found: StoreItem[] = [];
    let left: Record<string, AttributeValue>[] = keys.map(keyOf);
    while (left.length > 0) {
      await patiently(async () => {
        const request = { RequestItems: { [table]: { Keys: left, ConsistentRead: true } } };
        const answer = await client.send(new BatchGetItemCommand(request));
        found.push(...(answer.Responses?.[table] ?? []).map(fromAttributes));
        const rest = answer.UnprocessedKeys?.[table]?.Keys ?? [];
        // An answer holds 16 MB at most, so that some are left is the rule; that all are is a sign of strain.
        const isStuck = rest.length === left.length;
        left = rest;
        if (isStuck) throw new Unprocessed();
      });
    }
    return found;
  }

  return {
    async get(key) {
      const request = { TableName: table, Key: keyOf(key), ConsistentRead: true };
      const { Item } = await patiently(() => client.send(new GetItemCommand(request)));
      return Item && fromAttributes(Item);
    },

    async getMany(keys) {
      const found = new Map<string, StoreItem>();
      const asked = [...new Map(keys.map((key) => [keyText(key), key])).values()];
      for (let start = 0; start < asked.length; start += MOST_GETS) {
        for (const item of await getBatch(asked.slice(start, start + MOST_GETS))) found.set(keyText(item), item);
      }
      return keys.map((key) => found.get(keyText(key)));
    },

    async query({ pk, byTime = false, prefix, between, descending = false, limit = Number.POSITIVE_INFINITY }) {
      const { partitionKey, sortKey } = byTime ? tableSchema.index : tableSchema;
      const range = between ? ` AND #${sortKey} BETWEEN :from AND :to` : ` AND begins_with(#${sortKey}, :prefix)`;
      const condition = `#${partitionKey} = :pk${between || prefix !== undefined ? range : ''}`;
      const found: StoreItem[] = [];
      let left = limit;
      let start: Record<string, AttributeValue> | undefined;
      while (left > 0) {
        const request = {
          TableName: table,
          IndexName: byTime ? tableSchema.index.name : undefined,
          KeyConditionExpression: condition,
          ExpressionAttributeNames: namesIn(condition),
          ExpressionAttributeValues: valuesIn({ pk, prefix, from: between?.[0], to: between?.[1] }),
          ConsistentRead: !byTime,
          ScanIndexForward: !descending,
          ExclusiveStartKey: start,
          Limit: Number.isFinite(left) ? left : undefined,
        };
        const { Items = [], LastEvaluatedKey } = await patiently(() => client.send(new QueryCommand(request)));
        found.push(...Items.map(fromAttributes));
        left -= Items.length;
        start = LastEvaluatedKey;
        if (!start) break;
      }
      return found;
    },

    async write(write) {
      const { Put, Delete, Update } = toTransactItem(write, table);
      try {
        if (Put) await patiently(() => client.send(new PutItemCommand(Put)));
        if (Delete) await patiently(() => client.send(new DeleteItemCommand(Delete)));
        if (!Update) return { done: true };
        const request = { ...Update, ReturnValues: 'ALL_OLD' } as const;
        const { Attributes } = await patiently(() => client.send(new UpdateItemCommand(request)));
        return { done: true, old: Attributes && fromAttributes(Attributes) };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { done: false, found: error.Item && fromAttributes(error.Item) };
      }
    },

    async transact(writes) {
      const request = { TransactItems: writes.map((write) => toTransactItem(write, table)) };
      try {
        await patiently(() => client.send(new TransactWriteItemsCommand(request)));
        return { done: true };
      } catch (error) {
        const failed = reasonsOf(error).find(({ Code }) => Code === 'ConditionalCheckFailed');
        if (!failed) throw error;
        return { done: false, found: failed.Item && fromAttributes(failed.Item) };
      }
    },

    putMany: (items) => batchWrite(items.map((item) => ({ PutRequest: { Item: toAttributes(item) } }))),
    removeMany: (keys) => batchWrite(keys.map((key) => ({ DeleteRequest: { Key: keyOf(key) } }))),
  };
}

/** Part of a batch was not taken. */
class Unprocessed extends Error {
  constructor() {
    super('DynamoDB took only part of a batch, again and again: the table is overloaded');
    this.name = 'Unprocessed';
  }
}

const PASSING = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);
const PASSING_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

function isPassing(error: unknown): boolean {
  if (error instanceof Unprocessed) return true;
  const codes = reasonsOf(error).map(({ Code }) => Code ?? 'None');
  // A condition that does not hold now is an answer, whatever else hindered the transaction.
  if (codes.includes('ConditionalCheckFailed')) return false;
  return PASSING.has((error as Error).name) || codes.some((code) => PASSING_REASONS.has(code));
}

function reasonsOf(error: unknown) {
  return error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
}

function toTransactItem(write: StoreWrite, table: string): TransactWriteItem {
  const by = 'update' in write ? write.by : undefined;
  const condition = {
    TableName: table,
    ConditionExpression: write.when,
    ExpressionAttributeNames: namesIn(by, write.when),
    ExpressionAttributeValues: valuesIn(write.values),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  if ('put' in write) return { Put: { ...condition, Item: toAttributes(write.put) } };
  if ('remove' in write) return { Delete: { ...condition, Key: keyOf(write.remove) } };
  return { Update: { ...condition, Key: keyOf(write.update), UpdateExpression: by } };
}

function keyOf({ pk, sk }: StoreKey) {
  return toAttributes({ pk, sk });
}

function keyText({ pk, sk }: StoreKey): string {
  return `${pk}\n${sk}`;
}
