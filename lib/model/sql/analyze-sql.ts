import { nearest } from '../did-you-mean.ts';
import type { Problem, Where } from '../mesh-error.ts';
import type { SqlTables } from '../sql-checker.ts';
import { checkFunctions } from './check-functions.ts';
import { findAliasUses } from './find-alias-uses.ts';
import { findMixedComparisons } from './find-mixed-comparisons.ts';
import { findUnknownColumns } from './find-unknown-columns.ts';
import { type LexedSql, positionOf, type Token } from './lexer.ts';
import { isTooWide, MAX_COLUMNS, schemaFor } from './parser-schema.ts';
import { selectItems } from './select-items.ts';
import { readSql, type SqlOutline } from './sql-outline.ts';
import type { SqlParser } from './sql-parser.ts';

export interface AnalyzeSqlOptions {
  /** One SELECT in Athena's dialect. */
  readonly text: string;
  /** The file as the user knows it, for the problems' places. */
  readonly file?: string;
  /** What it may read. */
  readonly tables: SqlTables;
  /** Whether `current_date` and its like are allowed: for a user's query, not for a product. */
  readonly allowClock?: boolean;
}

/** A table that a query reads, and where it names it first. */
export interface SqlRead {
  readonly table: string;
  readonly line?: number;
  readonly column?: number;
}

/** An output column and the columns of tables (never of CTEs) that its value comes from. */
export interface SqlColumn {
  readonly name: string;
  readonly line?: number;
  readonly column?: number;
  readonly upstream: readonly { readonly table: string; readonly column: string }[];
}

/** What a query reads and gives, and what is wrong with it. With problems, the rest is as complete as could be had. */
export interface SqlAnalysis {
  readonly reads: readonly SqlRead[];
  /** In output order; `*` expanded. */
  readonly columns: readonly SqlColumn[];
  readonly problems: readonly Problem[];
}

/** A SQL text with its tokens: what the checks share. */
export interface SqlText {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly outline: SqlOutline;
  /** The place of a token, or of the text as a whole. */
  readonly where: (token?: Token | { readonly start: number }) => Where;
}

type QueryAnalysis = NonNullable<ReturnType<SqlParser['analyzeQuery']>['analysis']>;

/**
 * Reads one SELECT: the tables it reads, its output columns with their lineage, and every problem that can be told
 * without an engine (types are the engine's to tell). Pure; one call of the parser.
 */
export function analyzeSql(parser: SqlParser, options: AnalyzeSqlOptions): SqlAnalysis {
  const { lexed, outline } = readSql(options.text);
  const source = sourceOf(options, lexed, outline);
  const early = lexed.problem ? [unreadable(source, lexed.problem)] : checkStatement(source);
  if (early.length > 0) return { reads: [], columns: [], problems: early };
  const problems = [...outlineProblems(source), ...checkFunctions(source, options.allowClock ?? false)];
  if (isTooWide(source, options.tables)) return { reads: [], columns: [], problems: [...problems, tooWide(source)] };
  const result = parser.analyzeQuery(options.text, {
    dialect: parser.Dialect.Trino,
    schema: schemaFor(source, options.tables),
  });
  if (!result.success || !result.analysis) {
    // What the outline says is plainer than the parser's message about the same place.
    return {
      reads: [],
      columns: [],
      problems: problems.length > 0 ? problems : [doesNotParse(source, result.error ?? '')],
    };
  }
  const reads = readsOf(source, result.analysis);
  problems.push(...checkReads(source, reads, options.tables));
  if (problems.length === 0) problems.push(...checkNames(source, result.analysis, reads, options.tables));
  const columns = columnsOf(source, result.analysis, options.tables);
  problems.push(...checkColumns(source, columns));
  return { reads, columns: columns.map(({ named: _, ...column }) => column), problems };
}

function sourceOf({ text, file }: AnalyzeSqlOptions, { tokens }: LexedSql, outline: SqlOutline): SqlText {
  const where = (token?: { readonly start: number }): Where => ({
    ...(file !== undefined && { file }),
    ...(token && positionOf(text, token.start)),
  });
  return { text, tokens, outline, where };
}

function unreadable(source: SqlText, problem: NonNullable<LexedSql['problem']>): Problem {
  const { offset, ...rest } = problem;
  return { ...rest, where: source.where({ start: offset }) };
}

/** What is said of names, once tables and functions are right. */
function checkNames(source: SqlText, analysis: QueryAnalysis, reads: readonly SqlRead[], tables: SqlTables): Problem[] {
  const names = reads.map(({ table }) => table);
  const readable = new Set(names.flatMap((table) => Object.keys(tables[table] ?? {})));
  return [
    ...findUnknownColumns(source, analysis, tables),
    ...findAliasUses(source, readable),
    ...findMixedComparisons(source, names, tables),
  ];
}

function tooWide(source: SqlText): Problem {
  const message = `the query gives or expands more than ${MAX_COLUMNS} columns`;
  return {
    code: 'too-many-columns',
    message,
    where: source.where(source.tokens[0]),
    fix: 'name the columns that are needed',
  };
}

/** Exactly one SELECT. */
function checkStatement({ tokens, where }: SqlText): Problem[] {
  const [first] = tokens;
  const fix = 'write one SELECT (WITH … is fine)';
  if (!first) return [{ code: 'sql-syntax', message: 'there is no SQL', where: where({ start: 0 }), fix }];
  const starts = first.value === '(' || ['select', 'with', 'values'].includes(first.value);
  if (!starts) {
    const message = `\`${first.text}\` starts no query; only a SELECT is allowed`;
    return [{ code: 'sql-statement', message, where: where(first), fix }];
  }
  const end = tokens.findIndex((token) => token.kind === 'symbol' && token.value === ';');
  if (end === -1) return [];
  const message = end === tokens.length - 1 ? 'the query ends with `;`' : 'there is more than one statement';
  return [
    { code: 'sql-statement', message, where: where(tokens[end]), fix: end === tokens.length - 1 ? 'remove it' : fix },
  ];
}

function outlineProblems({ outline, tokens, where }: SqlText): Problem[] {
  return outline.problems.map(({ token, message, fix }) => ({
    code: 'sql-syntax',
    message,
    where: where(tokens[token]),
    fix,
  }));
}

function doesNotParse(source: SqlText, error: string): Problem {
  if (/E_GUARD_|WASM|call stack/.test(error)) {
    const message = 'the SQL is nested too deeply, or too long';
    return { code: 'sql-syntax', message, where: source.where(source.tokens[0]), fix: 'split it into steps' };
  }
  const match = /^Parse error at line (\d+), column (\d+): (.*)$/s.exec(error);
  const said = (match?.[3] ?? error.replace(/^Internal error: /, '')).trim();
  const known = match && Number(match[1]) > 0;
  const where = known
    ? { ...source.where(), line: Number(match[1]), column: Number(match[2]) }
    : source.where(source.tokens[0]);
  return {
    code: 'sql-syntax',
    message: `the SQL does not parse: ${said}`,
    where,
    fix: 'correct it there, or just before',
  };
}

/** By the parser, and by the tokens: what either takes for a table is one. */
function readsOf({ tokens, outline, where }: SqlText, analysis: QueryAnalysis): SqlRead[] {
  const places = new Map<string, Token>();
  for (const at of outline.tables) {
    const name = nameAt(tokens, at);
    if (!places.has(name)) places.set(name, tokens[at]!);
  }
  const base = new Set(analysis.baseTables.map((table) => table.name.toLowerCase()));
  const names = new Set([...places.keys()].filter((name) => base.has(name) || !outline.ctes.has(name)));
  for (const name of base) names.add(name);
  return [...names].map((table) => {
    const token = places.get(table);
    const { line, column } = where(token);
    return { table, ...(token && { line, column }) };
  });
}

/** A name that may have dots, in lower case. */
function nameAt(tokens: readonly Token[], start: number): string {
  let name = tokens[start]!.value;
  for (let at = start; tokens[at + 1]?.value === '.' && tokens[at + 2]; at += 2) name += `.${tokens[at + 2]!.value}`;
  return name.toLowerCase();
}

function checkReads(source: SqlText, reads: readonly SqlRead[], tables: SqlTables): Problem[] {
  const known = Object.keys(tables);
  const list =
    known.length > 0 ? `it may read ${known.map((name) => `\`${name}\``).join(', ')}` : 'declare it as an input';
  return reads
    .filter(({ table }) => !Object.hasOwn(tables, table))
    .map(({ table, ...place }) => {
      const meant = nearest(table.slice(table.lastIndexOf('.') + 1), known);
      return {
        code: 'unknown-table',
        message: `\`${table}\` is not declared`,
        where: { ...source.where(), ...place },
        fix: meant ? `did you mean \`${meant}\`? ${list}` : list,
      };
    });
}

function columnsOf(
  source: SqlText,
  analysis: QueryAnalysis,
  tables: SqlTables,
): (SqlColumn & { readonly named: boolean })[] {
  const items = selectItems(source, analysis.projections.length);
  return analysis.projections.map((projection, index) => {
    const item = items[index];
    const { line, column } = source.where(item?.token);
    const upstream = new Map<string, { table: string; column: string }>();
    for (const { sourceKind, table, column: name } of projection.upstream) {
      if (sourceKind !== 'table' || !table) continue;
      const origin = { table: table.toLowerCase(), column: name.toLowerCase() };
      if (!Object.hasOwn(tables[origin.table] ?? {}, origin.column)) continue;
      upstream.set(`${origin.table}.${origin.column}`, origin);
    }
    return {
      name: item?.path ?? (projection.name ?? '').toLowerCase(),
      named: item?.named ?? !/^_col_\d+$/.test(projection.name ?? ''),
      ...(item && { line, column }),
      upstream: [...upstream.values()],
    };
  });
}

function checkColumns(source: SqlText, columns: readonly (SqlColumn & { readonly named: boolean })[]): Problem[] {
  const seen = new Set<string>();
  if (columns.length === 0) {
    return [
      {
        code: 'sql-syntax',
        message: 'the query selects nothing',
        where: source.where(source.tokens[0]),
        fix: 'name its columns',
      },
    ];
  }
  return columns.flatMap(({ name, named, line, column }) => {
    const where = { ...source.where(), ...(line !== undefined && { line, column }) };
    if (!named) {
      return [{ code: 'unnamed-column', message: 'an output column has no name', where, fix: 'add AS and a name' }];
    }
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `two output columns are named \`${name}\``;
    return [{ code: 'duplicate-column', message, where, fix: 'leave one out, or rename it with AS' }];
  });
}
