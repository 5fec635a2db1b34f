import type { ProductModel } from '../../../model/mesh-model.ts';
import type { PublishedPort } from '../../../ports/publication.ts';
import type { MergeRequest, StagedPort } from '../../../ports/warehouse.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import { currentPace } from '../pace.ts';
import { createTableAs } from './create-table-as.ts';
import { forgetStates } from './forget-states.ts';
import { stagedRelation } from './relations.ts';
import {
  dropTable,
  findTable,
  keysBelow,
  removeKeys,
  removePrefix,
  stagingPrefix,
  stagingTables,
  tablesNamed,
} from './staging.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const QUARANTINED = 'quarantined_';
const STAGING = 'staging_';
/** What a run left in staging is of no use after this, and no run of the product is that old. */
const STAGING_KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

/** The table of what failed verification last, for one port. */
const quarantinedTable = (port: string) => `${QUARANTINED}${port}`;

/** Keeps a run's rows as tables `quarantined_<port>`, in place of older ones. */
export async function quarantine(context: WarehouseContext, request: MergeRequest): Promise<readonly string[]> {
  const { product, publicationId, staged } = request;
  const { bucket } = await context.place(product);
  const kept: string[] = [];
  for (const port of staged) {
    const prefix = `${BUCKET_LAYOUT.quarantine}${publicationId}/${port.port}/`;
    await keepAside(context, product, port, bucket, prefix);
    kept.push(quarantinedTable(port.port), `s3://${bucket}/${prefix}`);
  }
  const others = (await keysBelow(context.s3, bucket, BUCKET_LAYOUT.quarantine)).filter(
    (key) => !key.startsWith(`${BUCKET_LAYOUT.quarantine}${publicationId}/`),
  );
  await removeKeys(context.s3, bucket, others);
  return kept;
}

async function keepAside(
  context: WarehouseContext,
  { database, outputs }: ProductModel,
  { port, snapshot }: StagedPort,
  bucket: string,
  prefix: string,
): Promise<void> {
  const isThere = await currentPace().step(
    `find staged ${port}`,
    async () => (await findTable(context.glue, database, snapshot[0]!)) !== undefined,
  );
  // Else the process died after this and before its journal knew; the run's staging is gone.
  if (!isThere) return;
  const { fields } = outputs.find(({ name }) => name === port)!;
  const select = stagedRelation(database, snapshot, fields);
  const table = quarantinedTable(port);
  await createTableAs(context, { name: `keep ${port} aside`, database, table, bucket, prefix, select });
}

/** Removes what a run left in staging. */
export async function discard(context: WarehouseContext, runId: string, product: ProductModel): Promise<void> {
  const { bucket } = await context.place(product);
  for (const { Name } of await tablesNamed(context.glue, product.database, stagingTables(runId)))
    await dropTable(context.glue, product.database, Name!);
  await removePrefix(context.s3, bucket, stagingPrefix(runId));
}

/**
 * Removes states and quarantined results that nobody needs, and tables of runs that left them behind long ago; their
 * objects expire by the bucket's own rule.
 */
export async function sweep(
  context: WarehouseContext,
  product: ProductModel,
  keep: readonly Pick<PublishedPort, 'snapshot'>[],
): Promise<void> {
  const { glue, s3 } = context;
  const { database } = product;
  const { bucket } = await context.place(product);
  const kept = new Set(keep.flatMap(({ snapshot }) => snapshot));
  for (const { table } of product.outputs) await forgetStates(context, { database, table }, kept);
  for (const { Name, StorageDescriptor } of await tablesNamed(glue, database, QUARANTINED))
    if (!kept.has(`${StorageDescriptor?.Location?.replace(/\/$/, '')}/`)) await dropTable(glue, database, Name!);
  const prefixes = [...kept].filter((each) => each.endsWith('/')).map((each) => each.slice(`s3://${bucket}/`.length));
  const keys = await keysBelow(s3, bucket, BUCKET_LAYOUT.quarantine);
  await removeKeys(
    s3,
    bucket,
    keys.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix))),
  );
  const oldest = Date.now() - STAGING_KEPT_MILLISECONDS;
  for (const { Name, CreateTime } of await tablesNamed(glue, database, STAGING))
    if (CreateTime && CreateTime.getTime() < oldest) await dropTable(glue, database, Name!);
}
