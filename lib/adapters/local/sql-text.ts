import type { FieldModel } from '../../model/mesh-model.ts';
import { duckdbType } from './sql/duckdb-type.ts';

/** A name as DuckDB takes it, whatever it is. */
export const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Text as DuckDB takes it. */
export const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** A pattern that this path alone fits, whatever its name. */
export const exactPattern = (path: string) => path.replace(/[*?[]/g, '[$&]');
/** Paths as a DuckDB list, for functions that read files and would take them for patterns. */
export const quotePaths = (paths: readonly string[]) =>
  `[${paths.map((path) => quoteText(exactPattern(path))).join(', ')}]`;

/** A processing time (ISO) as a DuckDB timestamp in UTC. */
export const timestampLiteral = (iso: string) => `TIMESTAMP ${quoteText(iso.replace('T', ' ').replace('Z', ''))}`;

/** A table with these columns and no rows. */
export function emptySelect(fields: readonly Pick<FieldModel, 'name' | 'type'>[]): string {
  return `SELECT ${fields.map(({ name, type }) => `NULL::${duckdbType(type)} AS ${quoteName(name)}`).join(', ')} WHERE false`;
}
