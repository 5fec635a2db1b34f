import { MeshError } from '../../../model/mesh-error.ts';
import type { ProductModel } from '../../../model/mesh-model.ts';
import type { Warehouse } from '../../../ports/warehouse.ts';
import type { Deployments } from '../deployments.aws.ts';
import { tagProduct } from '../lf-tags.aws.ts';
import { explainDenied } from '../no-admin.ts';
import { provisionTables } from './provision-tables.ts';
import { removeTables } from './remove-tables.ts';
import type { TablesContext } from './tables-context.ts';

/** The part of the warehouse that keeps tables: who runs products has no right to it. */
export function createTables(
  options: TablesContext & { readonly deployments: Pick<Deployments, 'get'> },
): Pick<Warehouse, 'provision' | 'remove'> {
  const placeOf = async (product: ProductModel) => {
    const deployment = await options.deployments.get(product.id);
    if (deployment) return deployment;
    throw new MeshError({
      code: 'not-deployed',
      kind: 'not-found',
      message: 'it has no stack, so its data has no place',
      fix: `deploy \`${product.stack}\``,
      where: { product: product.id },
    });
  };
  return {
    async provision(product) {
      const place = await placeOf(product);
      await explainDenied(async () => {
        await provisionTables(options, product, place);
        await tagProduct(options.lakeFormation, options.mesh, product);
      });
    },
    async remove(product) {
      const place = await placeOf(product);
      await explainDenied(() => removeTables(options, product, place));
    },
  };
}
