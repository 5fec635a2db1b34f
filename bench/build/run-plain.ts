import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { readPlainRows, writePlainRows } from './plain-rows.ts';
import { type Plan, type Port, type ProductPlan, portFile } from './plan.ts';

type Transformation = (context: {
  inputs: object;
  seed: number;
}) => AsyncIterable<{ port: string; row: { [field: string]: unknown } }>;

/** Does what a first build does as a plain script would: the same SQL, the same code, the same checks, nothing else. */
export async function runPlain(given: { plan: string; out: string }): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const settings = await instance.connect();
  const plan = JSON.parse((await readFile(given.plan, 'utf8')).replaceAll('{out}', given.out)) as Plan;
  for (const setting of plan.settings) await settings.run(setting);
  for (const product of plan.products) {
    // Temporary views are gone with the connection.
    const connection = await instance.connect();
    await runProduct(instance, connection, product, given.out);
    connection.closeSync();
  }
}

async function runProduct(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  { id, inputs, sql, code, checks, ports }: ProductPlan,
  out: string,
): Promise<void> {
  const fileOf = (port: string) => portFile(id, port).replace('{out}', out);
  for (const { name, select } of inputs) await connection.run(`CREATE TEMP VIEW "${name}" AS ${select}`);
  for (const { name, select, kind } of sql?.steps ?? [])
    await connection.run(`CREATE TEMP ${kind} "${name}" AS ${select}`);
  for (const { port, select } of sql?.copies ?? []) {
    const result = await connection.run(`COPY (${select}) TO '${fileOf(port)}' (FORMAT parquet)`);
    expectRows(id, ports.find(({ name }) => name === port)!, result.rowsChanged);
  }
  if (code) {
    const { default: run } = (await import(pathToFileURL(code.file).href)) as { default: Transformation };
    const readers = Object.fromEntries(
      inputs.map(({ name, select }) => [name, readPlainRows(instance, select, code.columns[name]!)]),
    );
    const written = await writePlainRows(
      connection,
      ports,
      run({ inputs: readers, seed: code.seed }),
      code.recordedAt,
      fileOf,
    );
    for (const port of ports) expectRows(id, port, written[port.name]!);
  }
  for (const { name } of ports) {
    await connection.run(`CREATE TEMP VIEW "staged_${name}" AS SELECT * FROM read_parquet('${fileOf(name)}')`);
    await connection.run(`CREATE TEMP VIEW "before_${name}" AS SELECT * FROM "staged_${name}" WHERE false`);
  }
  for (const { name } of inputs) await connection.run(`CREATE TEMP VIEW "input_${name}" AS SELECT * FROM "${name}"`);
  for (const check of checks) await connection.runAndReadAll(check);
}

function expectRows(id: string, { name, rows }: Port, made: number): void {
  if (made !== rows) throw new Error(`${id} ${name}: the plain script made ${made} rows, the mesh ${rows}`);
}
