import { MeshError } from '../../../model/mesh-error.ts';
import type { OutputModel, ProductModel } from '../../../model/mesh-model.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import { retryConcurrent } from '../lake-formation-retry.ts';
import { evolveColumns, sameColumns } from './iceberg-schema.ts';
import { deleteObjects } from './object-versions.ts';
import { allowDatabase, allowLocation, createDatabase, deleteDatabase, findDatabase } from './own-database.ts';
import { createTable, deleteTable, findTable, updateColumns } from './own-table.ts';
import { setOptimizers } from './table-optimizers.ts';
import type { TablesContext, TablesPlace } from './tables-context.ts';

type Undo = () => Promise<unknown>;

/**
 * Makes a product's database and Iceberg tables, or gives those that are there the contract's columns. Everything is
 * looked at before anything is touched; what fails later takes back what was done. Doing it again changes nothing, and
 * two at once come to the same.
 *
 * @throws MeshError when something that is not the product's stands in its place.
 */
export async function provisionTables(
  context: TablesContext,
  product: ProductModel,
  place: TablesPlace,
): Promise<void> {
  const database = await findDatabase(context, product);
  const missing: OutputModel[] = [];
  for (const output of product.outputs) {
    if (!(await findTable(context, product, place, output))) missing.push(output);
  }
  const undo: Undo[] = [];
  try {
    await allowLocation(context, place);
    if (!database && (await createDatabase(context, product))) undo.push(() => deleteDatabase(context, product));
    await allowDatabase(context, product);
    for (const output of missing) {
      if (!(await createTable(context, product, place, output))) continue;
      undo.push(() => deleteObjects(context.s3, place.bucket, `${BUCKET_LAYOUT.data}${output.table}/`));
      undo.push(() => deleteTable(context, product.database, output.table));
    }
    for (const output of product.outputs) {
      const back = await retryConcurrent(() => evolveTable(context, product, place, output));
      if (back) undo.push(back);
    }
    for (const output of product.outputs) await setOptimizers(context, product, place, output);
  } catch (thrown) {
    // What went wrong first is what the user needs to know.
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw thrown;
  }
}

/** Gives a table the contract's columns; returns how to give it the old ones back. */
async function evolveTable(
  context: TablesContext,
  product: ProductModel,
  place: TablesPlace,
  output: OutputModel,
): Promise<Undo | undefined> {
  const table = await findTable(context, product, place, output);
  if (!table) return undefined;
  const columns = evolveColumns(output.fields, table.metadata);
  if (sameColumns(columns, table.metadata)) return undefined;
  await updateColumns(context, product, place, table, columns);
  const after = (await findTable(context, product, place, output))?.metadata.fields ?? [];
  const missing = columns.fields.find(({ name }) => !after.some((field) => field.name === name));
  if (missing) throw notChanged(product, output, missing.name);
  return async () => {
    const now = await findTable(context, product, place, output);
    if (now) await updateColumns(context, product, place, now, table.metadata);
  };
}

/** What a run would find out by failing. */
function notChanged({ id, database }: ProductModel, { name, table }: OutputModel, column: string): MeshError {
  return new MeshError({
    code: 'columns-not-changed',
    message: `Glue took the new columns of \`${database}.${table}\`, and the table has no \`${column}\``,
    fix: 'add the column to the table with another engine, such as Spark, and deploy again',
    where: { product: id, port: name },
  });
}
