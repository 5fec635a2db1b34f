import { trinoType } from '../field-type.ts';
import type { SqlTables } from '../sql-checker.ts';
import type { SqlText } from './analyze-sql.ts';
import type { SqlParser } from './sql-parser.ts';

/** What the parser must know of the tables to tell columns apart. */
export type ParserSchema = NonNullable<Exclude<Parameters<SqlParser['analyzeQuery']>[1], string>>['schema'];

/** More columns than this are not all given: the parser's time grows with their square. */
const MANY_COLUMNS = 200;

/** The most columns that `*` may stand for, or that a query may give. */
export const MAX_COLUMNS = 1000;

const schemas = new WeakMap<SqlTables, ParserSchema>();

/** The tables' columns and types for the parser; of wide tables only the columns that the text names, unless it has a `*`. */
export function schemaFor(source: SqlText, tables: SqlTables): ParserSchema {
  if (countColumns(tables) > MANY_COLUMNS && !hasStar(source)) {
    const named = new Set(source.tokens.map(({ value }) => value.toLowerCase()));
    return schemaOf(tables, (column) => named.has(column.toLowerCase()));
  }
  let schema = schemas.get(tables);
  if (!schema) {
    schema = schemaOf(tables, () => true);
    schemas.set(tables, schema);
  }
  return schema;
}

function schemaOf(tables: SqlTables, given: (column: string) => boolean): ParserSchema {
  return {
    tables: Object.entries(tables).map(([name, columns]) => ({
      name,
      columns: Object.entries(columns)
        .filter(([column]) => given(column))
        .map(([column, type]) => ({ name: column, type: trinoType(type) })),
    })),
  };
}

/** Whether the query is too wide to be read in reasonable time. */
export function isTooWide(source: SqlText, tables: SqlTables): boolean {
  const { tokens, outline } = source;
  const read = outline.tables.map((at) => tokens[at]!.value.toLowerCase());
  const columns = read.reduce((sum, table) => sum + Object.keys(tables[table] ?? {}).length, 0);
  if (columns > MAX_COLUMNS && hasStar(source)) return true;
  return tokens.filter(({ kind, value }) => kind === 'symbol' && value === ',').length > 5 * MAX_COLUMNS;
}

function countColumns(tables: SqlTables): number {
  return Object.values(tables).reduce((sum, columns) => sum + Object.keys(columns).length, 0);
}

function hasStar({ tokens }: SqlText): boolean {
  return tokens.some(
    ({ kind, value }, at) =>
      kind === 'symbol' && value === '*' && /^(select|distinct|all|,|\.)$/.test(tokens[at - 1]?.value ?? ''),
  );
}
