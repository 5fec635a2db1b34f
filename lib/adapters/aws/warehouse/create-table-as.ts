import { randomUUID } from 'node:crypto';
import { beginAnew } from '../athena/begin-anew.ts';
import { currentPace } from '../pace.ts';
import { quoteTable, quoteText } from './sql-text.ts';
import { dropTable, removePrefix } from './staging.ts';
import type { WarehouseContext } from './warehouse-context.ts';

export interface NewTable {
  /** What it is made for, as the name of its steps. */
  readonly name: string;
  readonly database: string;
  readonly table: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly select: string;
}

/**
 * Makes a table of what a SELECT gives, in place of an earlier one. It is Iceberg's: Athena writes timestamps of other
 * tables to the millisecond only, and lets a workgroup that enforces where results go refuse their place.
 */
export async function createTableAs(
  context: Pick<WarehouseContext, 'athena' | 'glue' | 's3'>,
  wanted: NewTable,
): Promise<{ readonly rows: number; readonly location: string }> {
  return beginAnew(wanted.name, (attempt) =>
    makeOnce(context, { ...wanted, name: attempt === 1 ? wanted.name : `${wanted.name} (${attempt})` }),
  );
}

async function makeOnce(
  { athena, glue, s3 }: Pick<WarehouseContext, 'athena' | 'glue' | 's3'>,
  { name, database, table, bucket, prefix, select }: NewTable,
): Promise<{ readonly rows: number; readonly location: string }> {
  // What stands there is removed once: a replay must not take away what its query has written since.
  const token = await currentPace().step(`clear ${name}`, async () => {
    await dropTable(glue, database, table);
    await removePrefix(s3, bucket, prefix);
    return randomUUID();
  });
  const location = `s3://${bucket}/${prefix}`;
  const sql =
    `CREATE TABLE ${quoteTable(database, table)} WITH (table_type = 'ICEBERG', is_external = false, ` +
    `format = 'PARQUET', location = ${quoteText(location)}) AS\n${select}`;
  const { updateCount = 0 } = await athena.run({ name, sql, database, token, attempts: 1 });
  if (updateCount > 0) return { rows: updateCount, location };
  // Athena does not promise to count them, and nothing would be published of rows that are taken not to be there.
  const count = `SELECT count(*) AS n FROM ${quoteTable(database, table)}`;
  const [counted] = await athena.all({ name: `count ${name}`, sql: count, database, token });
  return { rows: Number(counted?.n ?? 0), location };
}
