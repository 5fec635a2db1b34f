import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStore, type Store } from '../../../lib/adapters/aws/store.aws.ts';
import { createTable } from '../conformance/create-table.ts';

let tables = 0;

export interface MeshTable {
  readonly store: Store;
  readonly table: string;
  readonly client: DynamoDBClient;
  /** Requests sent so far, by command. */
  readonly calls: ReadonlyMap<string, number>;
}

/** A table of a test's own, that counts what it is asked. */
export async function meshTable(): Promise<MeshTable> {
  tables += 1;
  const table = `table-${process.pid}-${tables}-${Date.now().toString(36)}`;
  const client = new DynamoDBClient();
  await createTable(client, table);
  const calls = new Map<string, number>();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.set(commandName, (calls.get(commandName) ?? 0) + 1);
        return next(args);
      },
    { step: 'initialize' },
  );
  return { store: createStore({ client, table }), table, client, calls };
}
