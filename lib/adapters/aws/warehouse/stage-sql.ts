import { randomUUID } from 'node:crypto';
import type { OutputModel, SqlTransformModel } from '../../../model/mesh-model.ts';
import { RECORDED_AT } from '../../../model/names.ts';
import type { StagedPort, StageRequest } from '../../../ports/warehouse.ts';
import { currentPace } from '../pace.ts';
import { bindingRelation } from './bind-relations.ts';
import { withRelations } from './relations.ts';
import { quoteName, quoteTable, quoteText, timestampLiteral } from './sql-text.ts';
import { stagedColumn } from './staged-type.ts';
import { dropTable, removePrefix, stagingPrefix, stagingTable } from './staging.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** Runs a product's statements, each into a table of its own. Doing it again replaces them. */
export async function stageSql(context: WarehouseContext, request: StageRequest): Promise<StagedPort[]> {
  const { product, runId, bindings } = request;
  const { bucket } = await context.place(product);
  const relations = new Map<string, string>();
  const transform = product.transform as SqlTransformModel;
  const needed = new Set(transform.statements.flatMap(({ name }) => readsOf(transform, name)));
  for (const binding of bindings) {
    if (needed.has(binding.name)) relations.set(binding.name, await bindingRelation(context, product, runId, binding));
  }
  for (const { name, text } of transform.steps) relations.set(name, text);
  const staged: StagedPort[] = [];
  for (const output of product.outputs) {
    const [table, prefix] = [stagingTable(runId, output.name), stagingPrefix(runId, output.name)];
    const token = await currentPace().step(`clear ${output.name}`, async () => {
      await dropTable(context.glue, product.database, table);
      await removePrefix(context.s3, bucket, prefix);
      return randomUUID();
    });
    const location = `s3://${bucket}/${prefix}`;
    const create =
      `CREATE TABLE ${quoteTable(product.database, table)} WITH (format = 'PARQUET', write_compression = 'SNAPPY', ` +
      `external_location = ${quoteText(location)}) AS\n${outputSelect(transform, output, relations, request.recordedAt)}`;
    const name = `transform ${output.name}`;
    const { updateCount = 0 } = await context.athena.run({ name, sql: create, database: product.database, token });
    staged.push({ port: output.name, rows: updateCount, snapshot: [table, location] });
  }
  return staged;
}

/** One port's statement over what it reads, in the contract's types and with its processing time. */
function outputSelect(
  transform: SqlTransformModel,
  { name, fields }: OutputModel,
  relations: ReadonlyMap<string, string>,
  recordedAt: string,
): string {
  const statement = transform.statements.find((each) => each.name === name)!;
  const read = readsOf(transform, name);
  const columns = fields.map(
    (field) => `${stagedColumn(`made.${quoteName(field.name)}`, field.type)} AS ${quoteName(field.name)}`,
  );
  const recorded = `${stagedColumn(timestampLiteral(recordedAt), { kind: 'timestamp' })} AS ${quoteName(RECORDED_AT)}`;
  // Steps come in the order in which they read one another, after all inputs.
  const needed = [...relations].filter(([relation]) => read.includes(relation));
  return `${withRelations(needed)}SELECT ${[...columns, recorded].join(', ')} FROM (${statement.text}\n) AS made`;
}

/** Inputs and steps that a statement reads, also through steps. */
function readsOf({ steps, statements }: SqlTransformModel, statement: string): readonly string[] {
  const read = new Set(statements.find(({ name }) => name === statement)?.reads);
  for (const step of steps.toReversed()) if (read.has(step.name)) for (const name of step.reads) read.add(name);
  return [...read];
}
