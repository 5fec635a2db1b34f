import { join, relative, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { OutputModel } from '../../model/mesh-model.ts';
import { RECORDED_AT } from '../../model/names.ts';
import type { PublishedPort } from '../../ports/publication.ts';
import type { MergeRequest, StagedPort } from '../../ports/warehouse.ts';
import { stateSelect } from './bind-views.ts';
import { bytesOf, flushFile, moveFile } from './durable-files.ts';
import { layout } from './layout.ts';
import { quoteName, quotePaths } from './sql-text.ts';
import { copyTo } from './stage-sql.ts';

/** No field can be named so. */
const PRESENT = quoteName('#present');

/** Appended files beyond this many are written together into one, so that reading stays quick. */
const MOST_FILES = 64;

type Written = Omit<PublishedPort, 'columns'>;

/**
 * Makes the state of one port after a run, as new files beside those of earlier states: appends share the earlier
 * files, `upsert` and `replace` write anew what differs.
 */
export async function mergeState(
  home: string,
  connection: () => Promise<DuckDBConnection>,
  request: MergeRequest,
  output: OutputModel,
): Promise<PublishedPort> {
  const columns = output.fields.map(({ name }) => name);
  const staged = request.staged.find(({ port }) => port === output.name)!;
  const before = request.before[output.name];
  const target = targetOf(home, request, output);
  if (output.mode === 'append')
    return { columns, ...(await append(home, connection, request, output, staged, before, target)) };
  if (!before || before.rows === 0) return { columns, ...(await moveStaged(home, staged, target)) };
  const path = target('merged');
  const scratch = join(layout.stagingOf(home, request.product, request.runId), `${output.name}.merged.parquet`);
  const rows = await copyTo(await connection(), mergeSelect(home, output, staged, before), scratch);
  await moveFile(scratch, path);
  return { rows, bytes: await bytesOf([path]), columns, snapshot: [relative(home, path)] };
}

async function append(
  home: string,
  connection: () => Promise<DuckDBConnection>,
  request: MergeRequest,
  output: OutputModel,
  staged: StagedPort,
  before: PublishedPort | undefined,
  target: (part: string) => string,
): Promise<Written> {
  const kept = before ? withinRetention(before.snapshot, output, request.recordedAt) : [];
  const dropped = before !== undefined && kept.length < before.snapshot.length;
  const added = staged.rows > 0 || kept.length === 0 ? await moveStaged(home, staged, target) : undefined;
  const snapshot = [...kept, ...(added?.snapshot ?? [])];
  const absolute = snapshot.map((path) => resolve(home, path));
  if (snapshot.length > MOST_FILES) {
    const path = target('compacted');
    // The new file is as young as its youngest facts, so those that are too old leave here.
    const oldest = oldestKept(output, request.recordedAt);
    const since = oldest === undefined ? '' : ` WHERE epoch(${quoteName(RECORDED_AT)}) >= ${oldest}`;
    const select = `SELECT * FROM read_parquet(${quotePaths(absolute)})${since}`;
    const rows = await copyTo(await connection(), select, `${path}.tmp`);
    await moveFile(`${path}.tmp`, path);
    return { rows, bytes: await bytesOf([path]), snapshot: [relative(home, path)] };
  }
  const rows = dropped ? await countRows(await connection(), absolute) : (before?.rows ?? 0) + (added?.rows ?? 0);
  return { rows, bytes: await bytesOf(absolute), snapshot };
}

/** Moves staged files to where states are. Doing it again finds them there. */
async function moveStaged(home: string, staged: StagedPort, target: (part: string) => string): Promise<Written> {
  const paths: string[] = [];
  for (const [index, from] of staged.snapshot.entries()) {
    const to = target(String(index));
    await moveFile(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      // The process died after moving and before its journal knew.
      await flushFile(to);
    });
    paths.push(to);
  }
  return { rows: staged.rows, bytes: await bytesOf(paths), snapshot: paths.map((path) => relative(home, path)) };
}

/** Names a state's file by its publication, its run and its time: two runs never write the same file. */
function targetOf(home: string, { product, publicationId, runId, recordedAt }: MergeRequest, output: OutputModel) {
  const seconds = Math.floor(Date.parse(recordedAt) / 1000);
  return (part: string) =>
    join(layout.data(home, product), output.name, `${publicationId}.${runId}.${seconds}.${part}.parquet`);
}

/** Facts leave with the file they came in, when all of it is older than the port keeps. */
function withinRetention(snapshot: readonly string[], output: OutputModel, now: string): readonly string[] {
  const oldest = oldestKept(output, now);
  return oldest === undefined ? snapshot : snapshot.filter((path) => Number(path.split('.').at(-3)) >= oldest);
}

/** The processing time, in seconds since 1970, of the oldest facts that a port keeps. */
function oldestKept({ retentionSeconds }: OutputModel, now: string): number | undefined {
  return retentionSeconds === undefined ? undefined : Math.floor(Date.parse(now) / 1000) - retentionSeconds;
}

/**
 * One row per key: of two, the one with the later actual time (the staged one when equal or without), except that a
 * row which did not change keeps its processing time. `replace` drops keys that are not staged.
 */
function mergeSelect(home: string, output: OutputModel, staged: StagedPort, before: PublishedPort): string {
  const names = output.fields.map(({ name }) => quoteName(name));
  const keys = output.key.map(quoteName);
  const others = names.filter((name) => !keys.includes(name));
  const changed =
    others.length > 0 ? others.map((name) => `b.${name} IS DISTINCT FROM s.${name}`).join(' OR ') : 'false';
  const actual = output.actualTime && quoteName(output.actualTime);
  const newer = output.mode === 'upsert' && actual ? `coalesce(s.${actual} >= b.${actual}, true)` : 'true';
  const columns = [...names, quoteName(RECORDED_AT)];
  const pick = (condition: string) =>
    columns.map((name) => `CASE WHEN ${condition} THEN s.${name} ELSE b.${name} END AS ${name}`).join(', ');
  const stagedRows = `(SELECT *, true AS ${PRESENT} FROM read_parquet(${quotePaths(staged.snapshot)}))`;
  const beforeRows = `(SELECT *, true AS ${PRESENT} FROM (${stateSelect(home, before.snapshot, output.fields)}))`;
  const join = output.mode === 'replace' ? 'LEFT' : 'FULL';
  const on = keys.map((name) => `s.${name} = b.${name}`).join(' AND ');
  const takeStaged = `b.${PRESENT} IS NULL OR (s.${PRESENT} IS NOT NULL AND (${changed}) AND ${newer})`;
  return `SELECT ${pick(takeStaged)} FROM ${stagedRows} AS s ${join} JOIN ${beforeRows} AS b ON ${on}`;
}

async function countRows(connection: DuckDBConnection, paths: readonly string[]): Promise<number> {
  if (paths.length === 0) return 0;
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quotePaths(paths)})`);
  return Number(reader.getRows()[0]![0]);
}
