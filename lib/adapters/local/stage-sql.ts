import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { OutputModel, SqlTransformModel } from '../../model/mesh-model.ts';
import { RECORDED_AT } from '../../model/names.ts';
import type { StagedPort, StageRequest } from '../../ports/warehouse.ts';
import { type BindContext, bindView } from './bind-views.ts';
import { flushFile } from './durable-files.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { quoteName, quoteText, timestampLiteral } from './sql-text.ts';

/** Runs a product's steps and statements, each port into one Parquet file in `folder`. */
export async function stageSql(
  context: BindContext,
  connection: DuckDBConnection,
  { product, bindings, recordedAt }: StageRequest,
  folder: string,
): Promise<StagedPort[]> {
  const { steps, statements } = product.transform as SqlTransformModel;
  await mkdir(folder, { recursive: true });
  for (const binding of bindings) await bindView(context, connection, binding);
  for (const step of steps) {
    // A step with one reader is merged into it by the optimizer; with more, it is better done once.
    const readers = [...steps, ...statements].filter(({ reads }) => reads.includes(step.name)).length;
    const kind = readers > 1 ? 'TABLE' : 'VIEW';
    await connection.run(
      `CREATE OR REPLACE TEMP ${kind} ${quoteName(step.name)} AS ${await context.translate.statement(step.text)}`,
    );
  }
  const staged: StagedPort[] = [];
  for (const output of product.outputs) {
    const statement = statements.find(({ name }) => name === output.name)!;
    const path = join(folder, `${output.name}.parquet`);
    const rows = await copyPort(
      connection,
      output,
      `(${await context.translate.statement(statement.text)})`,
      recordedAt,
      path,
    );
    staged.push({ port: output.name, rows, snapshot: [path] });
  }
  return staged;
}

/** Writes rows of `from`, in the contract's types and with their processing time, to a Parquet file. Returns their count. */
export async function copyPort(
  connection: DuckDBConnection,
  output: OutputModel,
  from: string,
  recordedAt: string,
  path: string,
): Promise<number> {
  const columns = output.fields.map(
    ({ name, type }) => `CAST(${quoteName(name)} AS ${duckdbType(type)}) AS ${quoteName(name)}`,
  );
  const select = `SELECT ${columns.join(', ')}, ${timestampLiteral(recordedAt)} AS ${quoteName(RECORDED_AT)} FROM ${from} AS made`;
  return copyTo(connection, select, path);
}

/** Writes a SELECT to a flushed Parquet file. Returns the count of its rows. */
export async function copyTo(connection: DuckDBConnection, select: string, path: string): Promise<number> {
  const result = await connection.run(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet)`);
  const [[rows]] = (await result.getRows()) as [[bigint]];
  await flushFile(path);
  return Number(rows);
}
