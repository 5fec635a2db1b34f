import type { DuckDBConnection } from '@duckdb/node-api';
import { nearest } from '../../../model/did-you-mean.ts';
import { MeshError, type Problem, type Where } from '../../../model/mesh-error.ts';
import { analyzeSql } from '../../../model/sql/analyze-sql.ts';
import { positionOf } from '../../../model/sql/lexer.ts';
import { readSql } from '../../../model/sql/sql-outline.ts';
import type { SqlParser } from '../../../model/sql/sql-parser.ts';
import { readTableName } from '../../../model/sql/table-name.ts';
import type { SqlTables } from '../../../model/sql-checker.ts';
import { quoteName } from '../sql-text.ts';
import { checkEngineQuery } from './check-engine-query.ts';
import { toDuckdb } from './to-duckdb.ts';

/** As many tables as an error lists. */
const MOST_TABLES = 8;

export interface GuardQueryOptions {
  /** What the user may read: columns by `database.table`. */
  readonly tables: SqlTables;
}

export interface GuardedQuery {
  /** The query in DuckDB's SQL; every table is written `"database"."table"`. */
  readonly sql: string;
  /** The tables it reads, as `database.table`. */
  readonly reads: readonly string[];
}

// More is no question that a person asks; and the parser's time grows with the square of the columns.
const MAX_LENGTH = 100_000;

/**
 * Lets a user's query through when it is one SELECT over granted tables with known functions. Two defences that share
 * nothing: the parser of Athena's dialect with an allow-list of its functions, and the engine's own parser over the
 * translation, with an allow-list of everything that a tree may hold.
 *
 * @throws MeshError of kind `denied` for a table that is not granted, of kind `check` for all else, with line and column.
 */
export async function guardQuery(
  parser: SqlParser,
  connection: DuckDBConnection,
  query: string,
  { tables }: GuardQueryOptions,
): Promise<GuardedQuery> {
  const text = query.replace(/[\s;]+$/, '');
  if (text.length > MAX_LENGTH || text.includes('\0')) {
    throw new MeshError({
      code: 'sql-syntax',
      message: 'the query is longer than 100,000 characters, or has a null character',
      fix: 'shorten it',
    });
  }
  const { qualified, reads, edits } = qualifyTables(text, tables);
  const analysis = analyzeSql(parser, { text: qualified, tables, allowClock: true });
  const problems = analysis.problems.filter(({ code }) => code !== 'unnamed-column' && code !== 'duplicate-column');
  const unknown = analysis.reads.find(({ table }) => !reads.has(table));
  if (unknown) throw denied(unknown.table, tables, placed(unknown, edits));
  if (problems.length > 0)
    throw refused(problems.map((problem) => ({ ...problem, where: placed(problem.where, edits) })));
  const sql = translated(qualified, edits);
  await checkEngineQuery(connection, sql, reads);
  return { sql, reads: [...reads] };
}

/** A table's name written in full: where, in the new text, and how many characters it gained. */
interface Edit {
  readonly line: number;
  readonly column: number;
  readonly gained: number;
}

interface QualifiedQuery {
  readonly qualified: string;
  readonly reads: ReadonlySet<string>;
  readonly edits: readonly Edit[];
}

/** A place of the new text in the user's. */
function placed({ line, column }: Pick<Where, 'line' | 'column'>, edits: readonly Edit[]): Where {
  if (line === undefined || column === undefined) return {};
  const before = edits.filter((edit) => edit.line === line && edit.column < column);
  return { line, column: Math.max(1, column - before.reduce((sum, { gained }) => sum + gained, 0)) };
}

function translated(qualified: string, edits: readonly Edit[]): string {
  try {
    return toDuckdb(qualified).sql;
  } catch (thrown) {
    if (!(thrown instanceof MeshError)) throw thrown;
    throw refused(thrown.problems.map((problem) => ({ ...problem, where: placed(problem.where, edits) })));
  }
}

/** The query with every table written in full; names that WITH gives stay as they are. */
function qualifyTables(text: string, tables: SqlTables): QualifiedQuery {
  const { lexed, outline } = readSql(text);
  const { tokens, problem } = lexed;
  if (problem) throw refused([{ ...problem, where: positionOf(text, problem.offset) }]);
  const reads = new Set<string>();
  const edits: Edit[] = [];
  let qualified = '';
  let copied = 0;
  for (const at of outline.tables) {
    const { name, end } = readTableName(tokens, at);
    const first = tokens[at]!;
    if (outline.ctes.has(name)) continue;
    const known = resolve(name, tables);
    if (known.length === 0) throw denied(name, tables, positionOf(text, first.start));
    if (known.length > 1) throw ambiguous(name, known, positionOf(text, first.start));
    reads.add(known[0]!);
    qualified += text.slice(copied, first.start);
    const { line, column } = positionOf(qualified, qualified.length);
    edits.push({ line, column, gained: quoted(known[0]!).length - (end - first.start) });
    qualified += quoted(known[0]!);
    copied = end;
  }
  return { qualified: qualified + text.slice(copied), reads, edits };
}

function resolve(name: string, tables: SqlTables): string[] {
  if (Object.hasOwn(tables, name)) return [name];
  return name.includes('.') ? [] : Object.keys(tables).filter((known) => known.slice(known.indexOf('.') + 1) === name);
}

function quoted(name: string): string {
  return name.split('.').map(quoteName).join('.');
}

function denied(name: string, tables: SqlTables, where: Where): MeshError {
  const granted = Object.keys(tables);
  const meant =
    nearest(name, granted) ??
    nearest(
      name,
      granted.map((known) => known.slice(known.indexOf('.') + 1)),
    );
  const shown = granted.slice(0, MOST_TABLES).join(', ');
  const more = granted.length > MOST_TABLES ? `, and ${granted.length - MOST_TABLES} more (see \`mesh search\`)` : '';
  const known =
    granted.length > 0 ? `you may read ${shown}${more}` : 'nothing is granted to you yet: ask a product owner';
  const fix = meant === undefined ? known : `did you mean ${meant}? Else, ${known}`;
  return new MeshError({
    code: 'table-denied',
    kind: 'denied',
    message: `\`${name}\` is not a table that you may read`,
    where,
    fix,
  });
}

function ambiguous(name: string, known: readonly string[], where: Where): MeshError {
  return new MeshError({
    code: 'ambiguous-table',
    message: `\`${name}\` may be one of several tables`,
    where,
    fix: `write ${known.join(' or ')}`,
  });
}

function refused(problems: readonly Problem[]): MeshError {
  const [first] = problems;
  return new MeshError({ ...first!, problems, kind: 'check' });
}
