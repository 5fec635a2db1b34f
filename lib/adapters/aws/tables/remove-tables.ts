import { paginateGetTables } from '@aws-sdk/client-glue';
import type { ProductModel } from '../../../model/mesh-model.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import { deleteObjects } from './object-versions.ts';
import { allowDatabase, deleteDatabase, findDatabase } from './own-database.ts';
import { deleteTable } from './own-table.ts';
import type { TablesContext, TablesPlace } from './tables-context.ts';

/**
 * Removes a product's tables, staged and quarantined ones included, its database, and all data of its bucket, in every
 * version. A table in the database whose data is elsewhere is not the product's: it stays, and the database with it.
 */
export async function removeTables(context: TablesContext, product: ProductModel, place: TablesPlace): Promise<void> {
  if (await findDatabase(context, product)) {
    await allowDatabase(context, product);
    let others = 0;
    const own: string[] = [];
    for await (const page of paginateGetTables({ client: context.glue }, { DatabaseName: product.database })) {
      for (const { Name, StorageDescriptor } of page.TableList ?? []) {
        if (StorageDescriptor?.Location?.startsWith(`s3://${place.bucket}/`)) own.push(Name!);
        else others += 1;
      }
    }
    for (const name of own) await deleteTable(context, product.database, name);
    if (others === 0) await deleteDatabase(context, product);
  }
  for (const prefix of Object.values(BUCKET_LAYOUT)) await deleteObjects(context.s3, place.bucket, prefix);
}
