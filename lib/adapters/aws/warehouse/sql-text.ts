import { type FieldType, trinoType } from '../../../model/field-type.ts';
import type { FieldModel } from '../../../model/mesh-model.ts';

/** A name as Athena's SELECT takes it, whatever it is. */
export const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Text as Athena takes it. */
export const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** A table by its full name. */
export const quoteTable = (database: string, table: string) => `${quoteName(database)}.${quoteName(table)}`;
/** Several names in a row. */
export const quoteNames = (names: readonly string[]) => names.map(quoteName).join(', ');

/** A processing time (ISO) as a timestamp in UTC, to the microsecond. */
export const timestampLiteral = (iso: string) =>
  `CAST(TIMESTAMP ${quoteText(iso.replace('T', ' ').replace('Z', ''))} AS TIMESTAMP(6))`;

/** A column with no value. */
export const nullColumn = ({ name, type }: { readonly name: string; readonly type: FieldType }) =>
  `CAST(NULL AS ${trinoType(type)}) AS ${quoteName(name)}`;

/** A table with these columns and no rows. */
export function emptySelect(fields: readonly Pick<FieldModel, 'name' | 'type'>[]): string {
  return `SELECT ${fields.map(nullColumn).join(', ')} WHERE false`;
}
