import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AthenaClient,
  AthenaServiceException,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandInput,
  type Row,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { MeshError } from '../../../model/mesh-error.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { currentPace } from '../pace.ts';
import { withPatience } from '../patience.ts';
import { athenaError, cancelled, isPassing } from './athena-error.ts';
import { athenaValue } from './athena-value.ts';

export interface AthenaOptions {
  readonly client: AthenaClient;
  readonly workGroup: string;
  /** Where results go, `s3://…/`. @default where the workgroup says */
  readonly resultLocation?: string;
}

/** One statement. */
export interface AthenaStatement {
  /** What it is for, in errors and as the name of its steps; the same at every replay. */
  readonly name: string;
  readonly sql: string;
  /** What unqualified names are looked up in. */
  readonly database: string;
  /** What makes it this one and no other: the same token and SQL start one query only. @default each start is another */
  readonly token?: string;
  /** How often it is started anew when it fails for a passing reason. @default 5 */
  readonly attempts?: number;
  /** Stops the query. */
  readonly signal?: AbortSignal;
}

export interface AthenaRun {
  readonly queryId: string;
  /** Rows written, of a statement that writes. */
  readonly updateCount?: number;
  readonly bytesScanned: number;
  readonly milliseconds: number;
}

/** Athena's SQL, waited for. */
export interface Athena {
  /** @throws MeshError with Athena's reason; `retry` when the same may succeed later. */
  run(statement: AthenaStatement): Promise<AthenaRun>;
  /** The rows of a query that was run; what TypeScript would round comes as text. */
  rowsOf(queryId: string): AsyncIterable<DataRow>;
  /** The columns of a query that was run. */
  columnsOf(queryId: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
  /** Runs a SELECT with few rows: they are kept with the step, so that a replay does not ask again. */
  all(statement: AthenaStatement): Promise<readonly DataRow[]>;
}

/** Athena takes no longer text. */
const LONGEST_STATEMENT_BYTES = 262_144;
const DEFAULT_ATTEMPTS = 5;
/** An account runs some dozens of queries at once; more are refused, and wait for minutes rather than fail. */
const MOST_REFUSALS = 12;
const LONGEST_REFUSED_SECONDS = 60;
const NOT_STARTED = 'not started';
/** So long it is asked for in the process, before time passes by the pace. */
const AWAKE_MILLISECONDS = 2_000;
const LONGEST_WAIT_SECONDS = 10;

/** A query that was started, or why not. Plain JSON. */
type Started = { readonly queryId?: string; readonly refused?: string };
type State = { readonly state: string; readonly reason: string; readonly run: AthenaRun };

/** Runs statements in one workgroup. */
export function createAthena({ client, workGroup, resultLocation }: AthenaOptions): Athena {
  const start = async ({ sql, database, token = randomUUID() }: AthenaStatement, attempt: number): Promise<Started> => {
    const ClientRequestToken = createHash('sha256')
      .update(JSON.stringify([token, attempt, sql]))
      .digest('hex');
    const command = new StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: database },
      WorkGroup: workGroup,
      ...(resultLocation && { ResultConfiguration: { OutputLocation: resultLocation } }),
      ClientRequestToken,
    });
    try {
      const { QueryExecutionId } = await client.send(command);
      return { queryId: QueryExecutionId! };
    } catch (thrown) {
      if (!(thrown instanceof AthenaServiceException)) throw thrown;
      // Some of what is wrong with a statement is told at its start, the rest at its end.
      return { refused: `${thrown.name}: ${thrown.message}` };
    }
  };
  const resultsOf = (asked: GetQueryResultsCommandInput) =>
    patiently(() => client.send(new GetQueryResultsCommand(asked)));
  const stateOf = async (queryId: string): Promise<State> => {
    const command = new GetQueryExecutionCommand({ QueryExecutionId: queryId });
    const { QueryExecution } = await patiently(() => client.send(command));
    const { Status, Statistics, SubstatementType } = QueryExecution!;
    const state = Status?.State ?? 'QUEUED';
    const isWrite = state === 'SUCCEEDED' && SubstatementType !== 'SELECT';
    const updateCount = isWrite ? await updateCountOf(queryId) : undefined;
    return {
      state,
      reason: Status?.StateChangeReason ?? Status?.AthenaError?.ErrorMessage ?? '',
      run: {
        queryId,
        ...(updateCount !== undefined && { updateCount }),
        bytesScanned: Statistics?.DataScannedInBytes ?? 0,
        milliseconds: Statistics?.TotalExecutionTimeInMillis ?? 0,
      },
    };
  };
  const updateCountOf = async (queryId: string) => {
    return (await resultsOf({ QueryExecutionId: queryId, MaxResults: 1 })).UpdateCount;
  };
  const stop = (queryId: string) =>
    client.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId })).catch(() => undefined);

  /** Asks until it has ended, or for so long; in small pauses that grow. */
  const pollAwake = async (queryId: string, signal?: AbortSignal): Promise<State> => {
    // Who can stop a query waits for it, and is answered at once.
    const until = signal ? Number.POSITIVE_INFINITY : Date.now() + AWAKE_MILLISECONDS;
    for (let wait = 20; ; wait = Math.min(wait * 1.6, 400)) {
      const state = await stateOf(queryId);
      if (isOver(state) || Date.now() >= until) return state;
      if (signal?.aborted) await stop(queryId);
      await pause(wait, undefined, signal?.aborted ? {} : { signal }).catch(() => undefined);
    }
  };
  const attempt = async (statement: AthenaStatement, number: number): Promise<State> => {
    const pace = currentPace();
    const name = number === 1 ? statement.name : `${statement.name} (${number})`;
    const { queryId, refused } = await pace.step(`start ${name}`, () => start(statement, number));
    if (queryId === undefined) {
      const run = { queryId: NOT_STARTED, bytesScanned: 0, milliseconds: 0 };
      return { state: 'FAILED', reason: refused ?? '', run };
    }
    let state = await pace.step(`await ${name}`, () => pollAwake(queryId, statement.signal));
    for (let poll = 1; !isOver(state); poll += 1) {
      await pace.wait(`wait ${name} ${poll}`, Math.min(2 ** (poll - 1), LONGEST_WAIT_SECONDS));
      state = await pace.step(`await ${name} ${poll}`, () => stateOf(queryId));
    }
    return state;
  };
  const run = async (statement: AthenaStatement): Promise<AthenaRun> => {
    checkLength(statement);
    statement.signal?.throwIfAborted();
    let refusals = 0;
    for (let number = 1; ; number += 1) {
      const { state, reason, run: ended } = await attempt(statement, number);
      if (state === 'SUCCEEDED') return ended;
      statement.signal?.throwIfAborted();
      if (state === 'CANCELLED' && !/limit/i.test(reason)) throw cancelled(reason, statement.name, ended.queryId);
      // Who can stop a query waits for it, and is told at once.
      if (ended.queryId === NOT_STARTED && isPassing(reason) && !statement.signal && refusals < MOST_REFUSALS) {
        refusals += 1;
        const seconds = Math.min(2 ** refusals, LONGEST_REFUSED_SECONDS);
        await currentPace().wait(`again ${statement.name} ${number}`, seconds);
        continue;
      }
      if (!isPassing(reason) || number - refusals >= (statement.attempts ?? DEFAULT_ATTEMPTS))
        throw athenaError(reason, statement.name, ended.queryId);
      await currentPace().wait(`again ${statement.name} ${number}`, number);
    }
  };
  const pagesOf = async function* (queryId: string): AsyncIterable<{ columns: ColumnInfo[]; rows: Row[] }> {
    let NextToken: string | undefined;
    let isFirst = true;
    do {
      const page = await resultsOf({ QueryExecutionId: queryId, NextToken });
      const rows = page.ResultSet?.Rows ?? [];
      // The first row of a SELECT's first page has the columns' names.
      yield { columns: page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [], rows: isFirst ? rows.slice(1) : rows };
      isFirst = false;
      NextToken = page.NextToken;
    } while (NextToken);
  };
  const rowsOf = async function* (queryId: string): AsyncIterable<DataRow> {
    for await (const { columns, rows } of pagesOf(queryId)) {
      for (const { Data = [] } of rows) {
        yield Object.fromEntries(
          columns.map((column, index) => [column.Name ?? `_col${index}`, athenaValue(Data[index] ?? {}, column)]),
        );
      }
    }
  };
  return {
    run,
    rowsOf,
    async columnsOf(queryId) {
      const page = await resultsOf({ QueryExecutionId: queryId, MaxResults: 1 });
      const columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
      return columns.map(({ Name = '', Type = '' }) => ({ name: Name, type: Type }));
    },
    async all(statement) {
      const { queryId } = await run(statement);
      const rows = await currentPace().step(`read ${statement.name}`, async () => {
        const read: [string, string | unknown][][] = [];
        for await (const row of rowsOf(queryId))
          read.push(Object.entries(row).map(([name, value]) => [name, packed(value)]));
        return read;
      });
      return rows.map((row) => Object.fromEntries(row.map(([name, value]) => [name, unpacked(value)])));
    },
  };
}

/**
 * An account asks what its queries do some hundred times a second; when more runs wait at once than that, each waits a
 * little longer, and none fails while its query goes on.
 */
function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  const isStrained = (error: unknown) =>
    error instanceof AthenaServiceException && (isPassing(error.name) || error.$fault === 'server');
  return withPatience(isStrained, work, { firstPauseMs: 200 });
}

function isOver({ state }: State): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
}

/** Steps keep plain JSON, which has no big integers. */
function packed(value: unknown): unknown {
  return typeof value === 'bigint'
    ? { bigint: value.toString() }
    : value instanceof Uint8Array
      ? { bytes: [...value] }
      : value;
}

function unpacked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { bigint, bytes } = value as { bigint?: string; bytes?: number[] };
  return bigint === undefined ? Uint8Array.from(bytes ?? []) : BigInt(bigint);
}

function checkLength({ name, sql }: AthenaStatement): void {
  const bytes = Buffer.byteLength(sql);
  if (bytes <= LONGEST_STATEMENT_BYTES) return;
  throw new MeshError({
    code: 'statement-too-long',
    message: `${name}: the statement has ${bytes} bytes with all that it reads; Athena takes ${LONGEST_STATEMENT_BYTES}`,
    fix: 'split it into products of their own, or shorten it',
  });
}
