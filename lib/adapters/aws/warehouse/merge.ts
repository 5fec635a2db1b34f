import { randomUUID } from 'node:crypto';
import type { OutputModel } from '../../../model/mesh-model.ts';
import { RECORDED_AT } from '../../../model/names.ts';
import type { PublishedPort } from '../../../ports/publication.ts';
import type { MergeRequest } from '../../../ports/warehouse.ts';
import { currentPace } from '../pace.ts';
import {
  assignSql,
  comingSelect,
  differencesSelect,
  exchangeSql,
  insertSql,
  type MergeParts,
  replaceSql,
  stateAfterSelect,
  upsertSql,
} from './merge-sql.ts';
import { stagedRelation, stateRelation } from './relations.ts';
import { quoteName, quoteTable, timestampLiteral } from './sql-text.ts';
import { readSnapshots, type TableSnapshots } from './table-snapshots.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** One port's merge. */
interface PortMerge extends MergeParts {
  readonly context: WarehouseContext;
  readonly request: MergeRequest;
  readonly database: string;
  readonly stagedRows: number;
  readonly hasBefore: boolean;
}

const AT = quoteName(RECORDED_AT);

/** Makes the new state of each port, each in one commit of its table. */
export async function merge(
  context: WarehouseContext,
  request: MergeRequest,
): Promise<{ readonly [port: string]: PublishedPort }> {
  const merged: { [port: string]: PublishedPort } = {};
  for (const output of request.product.outputs) merged[output.name] = await mergePort(context, request, output);
  return merged;
}

async function mergePort(
  context: WarehouseContext,
  request: MergeRequest,
  output: OutputModel,
): Promise<PublishedPort> {
  const { database } = request.product;
  const { name, table, fields } = output;
  const place = { database, table };
  const before = request.before[name];
  const staged = request.staged.find(({ port }) => port === name)!;
  const at = await readSnapshots(context, place, `look at ${name}`);
  const port: PortMerge = {
    context,
    request,
    output,
    database,
    target: quoteTable(database, table),
    staged: stagedRelation(database, staged.snapshot, fields),
    stagedRows: staged.rows,
    before: stateRelation(database, table, before, fields),
    recordedAt: timestampLiteral(request.recordedAt),
    hasBefore: before !== undefined && before.snapshot.length > 0,
  };
  const sql = await mergingSql(port, at, before);
  if (sql !== undefined) {
    const token = await currentPace().step(`token ${name}`, async () => randomUUID());
    await context.athena.run({ name: `merge ${name}`, sql, database, token });
  }
  return publishedPort(context, request, output);
}

/** The statement that leads from what the table is at to the state after; none when it is there. */
async function mergingSql(
  port: PortMerge,
  at: TableSnapshots,
  before: PublishedPort | undefined,
): Promise<string | undefined> {
  const { output, stagedRows } = port;
  const isBegun = at.current !== undefined;
  if (!isBegun && !port.hasBefore) return stagedRows > 0 ? insertSql(port) : undefined;
  // Else an earlier run died after merging and before it was published, or the product begins anew or goes back.
  const isBefore = port.hasBefore && at.same.includes(before!.snapshot[0]!);
  if (output.mode === 'append') return isBefore ? appendingSql(port) : exchangingSql(port);
  if (isBefore) return output.mode === 'upsert' ? upsertSql(port) : replaceSql(port);
  const after = stateAfterSelect(port, port.hasBefore);
  const [counted] = await ask(port, 'compare', differencesSelect(port, after));
  return Number(counted!.n) > 0 ? assignSql(port, after) : undefined;
}

async function appendingSql(port: PortMerge): Promise<string | undefined> {
  const oldest = oldestKept(port);
  if (oldest !== undefined) {
    const gone = `SELECT DISTINCT ${AT} FROM ${port.target} WHERE ${AT} < ${oldest}`;
    const [counted] = await ask(port, 'count old facts of', `SELECT count(*) AS n FROM (${gone}) AS g`);
    if (Number(counted!.n) > 0) return exchangeSql(port, comingSelect(port), gone);
  }
  return port.stagedRows > 0 ? insertSql(port) : undefined;
}

/** Facts are told apart by their processing times: each publication has its own. */
async function exchangingSql(port: PortMerge): Promise<string | undefined> {
  const { target, before, staged, recordedAt, stagedRows } = port;
  const oldest = oldestKept(port);
  const own = `${AT} = ${recordedAt}`;
  const times = `SELECT DISTINCT ${AT} FROM (${before}) AS b`;
  const old = oldest === undefined ? '' : `${AT} < ${oldest} OR `;
  const gone = `SELECT DISTINCT ${AT} FROM ${target} WHERE ${old}${AT} NOT IN (${times})`;
  const kept = oldest === undefined ? '' : `${AT} >= ${oldest} AND `;
  const back = `SELECT * FROM (${before}) AS b WHERE ${kept}${AT} NOT IN (SELECT DISTINCT ${AT} FROM ${target})`;
  const [counted] = await ask(
    port,
    'compare',
    `SELECT (SELECT count(*) FROM ${target} WHERE ${own}) AS own, ` +
      `(SELECT count(*) FROM (${gone}) AS g WHERE NOT (${own})) AS gone, (SELECT count(*) FROM (${back}) AS k) AS back`,
  );
  const { own: there, gone: leaving, back: missing } = counted!;
  if (Number(there) === stagedRows && Number(leaving) === 0 && Number(missing) === 0) return undefined;
  return exchangeSql(port, `SELECT * FROM (${staged}) AS n UNION ALL ${back}`, gone);
}

/** The processing time before which facts leave, as a literal. */
function oldestKept({ output: { retentionSeconds }, request: { recordedAt } }: PortMerge): string | undefined {
  if (retentionSeconds === undefined) return undefined;
  const seconds = Math.floor(Date.parse(recordedAt) / 1000) - retentionSeconds;
  return timestampLiteral(new Date(seconds * 1000).toISOString());
}

function ask({ context, output, database }: PortMerge, what: string, sql: string) {
  return context.athena.all({ name: `${what} ${output.name}`, sql, database });
}

async function publishedPort(
  context: WarehouseContext,
  { product: { database } }: MergeRequest,
  { name, table, fields }: OutputModel,
): Promise<PublishedPort> {
  const columns = fields.map((field) => field.name);
  const at = await readSnapshots(context, { database, table }, `find ${name}`);
  if (at.current === undefined) return { rows: 0, bytes: 0, columns, snapshot: [] };
  // A state without rows may stay as it was while its table got more columns.
  const lacking = columns.filter((column) => at.columns?.includes(column) === false);
  const sql = `SELECT count(*) AS n FROM ${quoteTable(database, table)}`;
  const [counted] = await context.athena.all({ name: `count the state of ${name}`, sql, database });
  return { rows: Number(counted!.n), bytes: at.bytes, columns, snapshot: [at.current, at.metadata, ...lacking] };
}
