import { trinoType } from '../../../model/field-type.ts';
import type { OutputModel, SqlTransformModel } from '../../../model/mesh-model.ts';
import { RECORDED_AT } from '../../../model/names.ts';
import type { StagedPort, StageRequest } from '../../../ports/warehouse.ts';
import { bindingRelation } from './bind-relations.ts';
import { createTableAs } from './create-table-as.ts';
import { withRelations } from './relations.ts';
import { quoteName, timestampLiteral } from './sql-text.ts';
import { stagingPrefix, stagingTable } from './staging.ts';
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
    const select = outputSelect(transform, output, relations, request.recordedAt);
    const name = `transform ${output.name}`;
    const { rows, location } = await createTableAs(context, {
      name,
      database: product.database,
      table,
      bucket,
      prefix,
      select,
    });
    staged.push({ port: output.name, rows, snapshot: [table, location] });
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
    (field) => `CAST(made.${quoteName(field.name)} AS ${trinoType(field.type)}) AS ${quoteName(field.name)}`,
  );
  const recorded = `${timestampLiteral(recordedAt)} AS ${quoteName(RECORDED_AT)}`;
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
