import type { OutputModel } from '../../../model/mesh-model.ts';
import { RECORDED_AT } from '../../../model/names.ts';
import { columnsOf, RECORDED_AT_COLUMN } from './relations.ts';
import { nullColumn, quoteName, quoteNames } from './sql-text.ts';

/** What a merging statement is made of: SELECTs with all columns of the contract and the processing time. */
export interface MergeParts {
  readonly output: OutputModel;
  /** The table, by its full name. */
  readonly target: string;
  readonly staged: string;
  /** The state before. */
  readonly before: string;
  /** Processing time of the staged rows, as a literal. */
  readonly recordedAt: string;
}

// No field can be named so.
const THERE = '"_there"';
const GONE = '"_gone"';
const AT = quoteName(RECORDED_AT);

const allColumns = ({ fields }: OutputModel) => [...fields.map(({ name }) => name), RECORDED_AT];
const pairs = (a: string, b: string, keys: readonly string[]) =>
  keys.map((name) => `${a}.${quoteName(name)} = ${b}.${quoteName(name)}`).join(' AND ');
const differ = (a: string, b: string, names: readonly string[]) =>
  names.map((name) => `${a}.${quoteName(name)} IS DISTINCT FROM ${b}.${quoteName(name)}`).join(' OR ');

/** Adds rows, of whatever mode: for a table that has none, or for facts. */
export function insertSql(parts: MergeParts): string {
  const columns = quoteNames(allColumns(parts.output));
  return `INSERT INTO ${parts.target} (${columns}) SELECT ${columns} FROM (${comingSelect(parts)}) AS s`;
}

/** The staged rows, unless the table has them: a statement that failed after its commit is tried again. */
export function comingSelect({ target, staged, recordedAt }: MergeParts): string {
  return `SELECT * FROM (${staged}) AS c WHERE NOT EXISTS (SELECT 1 FROM ${target} WHERE ${AT} = ${recordedAt})`;
}

/** Puts rows in by key when they are not older, where the table is at the state before. */
export function upsertSql({ output, target, staged }: MergeParts): string {
  const { key, actualTime } = output;
  const newer = actualTime === undefined ? '' : ` AND ${isNewer('s', 't', actualTime)}`;
  return mergeSql(output, target, staged, (changed) => [
    ...(changed ? [`WHEN MATCHED AND (${changed})${newer} THEN UPDATE SET ${setColumns(output, key)}`] : []),
  ]);
}

/** Makes the table's rows these ones, where it is at the state before: what did not change keeps its processing time. */
export function replaceSql({ output, target, staged }: MergeParts): string {
  const { key } = output;
  const source = outerJoined(output, staged, target);
  return mergeSql(output, target, source, (changed) => [
    `WHEN MATCHED AND s.${THERE} IS NULL THEN DELETE`,
    ...(changed ? [`WHEN MATCHED AND (${changed}) THEN UPDATE SET ${setColumns(output, key)}`] : []),
  ]);
}

/** The whole state after, of keyed ports, from the state before and not from what the table is at. */
export function stateAfterSelect({ output, staged, before }: MergeParts, hasBefore: boolean): string {
  const { key, mode, actualTime } = output;
  if (!hasBefore) return staged;
  const others = output.fields.map(({ name }) => name).filter((name) => !key.includes(name));
  const changed = others.length > 0 ? `(${differ('n', 'o', others)})` : 'false';
  const newer = mode === 'upsert' && actualTime !== undefined ? ` AND ${isNewer('n', 'o', actualTime)}` : '';
  const takeNew = `o.${THERE} IS NULL OR (n.${THERE} IS NOT NULL AND ${changed}${newer})`;
  const picked = allColumns(output).map(
    (name) => `CASE WHEN ${takeNew} THEN n.${quoteName(name)} ELSE o.${quoteName(name)} END AS ${quoteName(name)}`,
  );
  const join = mode === 'replace' ? 'LEFT' : 'FULL';
  return (
    `SELECT ${picked.join(', ')} FROM (SELECT x.*, true AS ${THERE} FROM (${staged}) AS x) AS n ` +
    `${join} JOIN (SELECT x.*, true AS ${THERE} FROM (${before}) AS x) AS o ON ${pairs('n', 'o', key)}`
  );
}

/** Makes a keyed table exactly a state, whatever it is at. */
export function assignSql({ output, target }: MergeParts, after: string): string {
  const others = allColumns(output).filter((name) => !output.key.includes(name));
  return mergeSql(output, target, outerJoined(output, after, target), () => [
    `WHEN MATCHED AND s.${THERE} IS NULL THEN DELETE`,
    `WHEN MATCHED AND (${differ('t', 's', others)}) THEN UPDATE SET ${setColumns(output, output.key)}`,
  ]);
}

/** How many rows of a keyed table are not as a state has them. */
export function differencesSelect({ output, target }: MergeParts, after: string): string {
  const others = allColumns(output).filter((name) => !output.key.includes(name));
  return (
    `SELECT count(*) AS n FROM (SELECT x.*, true AS ${THERE} FROM (${after}) AS x) AS s ` +
    `FULL JOIN (SELECT x.*, true AS ${THERE} FROM ${target} AS x) AS t ON ${pairs('s', 't', output.key)} ` +
    `WHERE s.${THERE} IS NULL OR t.${THERE} IS NULL OR ${differ('t', 's', others)}`
  );
}

/** Adds facts and, in the same commit, takes all those away whose processing time is among `gone`. */
export function exchangeSql({ output, target }: MergeParts, coming: string, gone: string): string {
  const columns = allColumns(output);
  const nulls = output.fields.map(nullColumn);
  const source =
    `SELECT ${columnsOf('c', columns)}, ${nullColumn({ ...RECORDED_AT_COLUMN, name: '_gone' })} FROM (${coming}) AS c ` +
    `UNION ALL SELECT ${[...nulls, `g.${AT}`, `g.${AT} AS ${GONE}`].join(', ')} FROM (${gone}) AS g`;
  return (
    `MERGE INTO ${target} AS t USING (${source}) AS s ON t.${AT} = s.${GONE}\n` +
    `WHEN MATCHED THEN DELETE\nWHEN NOT MATCHED THEN INSERT (${quoteNames(columns)}) VALUES (${columnsOf('s', columns)})`
  );
}

/** The new rows beside the keys that the table has: those without new rows are gone. */
function outerJoined(output: OutputModel, rows: string, target: string): string {
  const { key } = output;
  const columns = allColumns(output).map((name) =>
    key.includes(name)
      ? `coalesce(n.${quoteName(name)}, o.${quoteName(name)}) AS ${quoteName(name)}`
      : `n.${quoteName(name)} AS ${quoteName(name)}`,
  );
  return (
    `SELECT ${columns.join(', ')}, n.${THERE} AS ${THERE} FROM (SELECT x.*, true AS ${THERE} FROM (${rows}) AS x) AS n ` +
    `FULL JOIN (SELECT ${quoteNames(key)} FROM ${target}) AS o ON ${pairs('n', 'o', key)}`
  );
}

function mergeSql(
  output: OutputModel,
  target: string,
  source: string,
  matched: (changed: string | undefined) => readonly string[],
): string {
  const { key } = output;
  const columns = allColumns(output);
  const others = output.fields.map(({ name }) => name).filter((name) => !key.includes(name));
  const clauses = [
    ...matched(others.length > 0 ? differ('t', 's', others) : undefined),
    `WHEN NOT MATCHED THEN INSERT (${quoteNames(columns)}) VALUES (${columnsOf('s', columns)})`,
  ];
  return `MERGE INTO ${target} AS t USING (${source}) AS s ON ${pairs('t', 's', key)}\n${clauses.join('\n')}`;
}

function setColumns(output: OutputModel, key: readonly string[]): string {
  return allColumns(output)
    .filter((name) => !key.includes(name))
    .map((name) => `${quoteName(name)} = s.${quoteName(name)}`)
    .join(', ');
}

/** Without both times, the new row is. */
function isNewer(next: string, old: string, actualTime: string): string {
  return `coalesce(${next}.${quoteName(actualTime)} >= ${old}.${quoteName(actualTime)}, true)`;
}
