import { join } from 'node:path';
import { placeAt, problemsError, resolvePlace } from '../cli/open-mesh.ts';
import { bundleDeployed } from '../loader/bundle-deployed.ts';
import { MeshError } from '../model/mesh-error.ts';
import { findProduct, type MeshModel, type ProductModel } from '../model/mesh-model.ts';

/** What `readMesh` reads. */
export interface ReadMeshOptions {
  /**
   * Folder of local state, whose cache is used.
   * @default `.mesh` in the package of the mesh's file
   */
  readonly home?: string;
  /**
   * Ids of the products that are deployed; only their code is bundled.
   * @default all
   */
  readonly products?: readonly string[];
}

/** A mesh as it is deployed. */
export interface ReadMesh {
  readonly model: MeshModel;
  /** Those asked for, providers before their consumers. */
  readonly products: readonly ProductModel[];
  /** Bundles of code, absolute paths by the product's id. */
  readonly transforms: { readonly [product: string]: string };
  /** The mesh's folder, absolute. */
  readonly folder: string;
}

/**
 * Loads a mesh's file (or the `mesh.ts` of a folder) with all its products and checks it, for an app that deploys it.
 *
 * @throws MeshError with every problem that `mesh check` finds, in its words; or when there is no such product.
 */
export async function readMesh(file: string, options: ReadMeshOptions = {}): Promise<ReadMesh> {
  const place = placeAt(file, options.home);
  const { model, problems } = await resolvePlace(place);
  if (problems.length > 0) throw problemsError({ problems });
  const products = options.products?.map((id) => getProduct(model, id)) ?? model.products;
  const bundled = products.map(async ({ id, transform }) =>
    transform.kind === 'sql'
      ? []
      : [[id, await bundleDeployed(place.folder, id, transform, join(place.home, 'cache'))] as const],
  );
  const transforms = Object.fromEntries((await Promise.all(bundled)).flat());
  return { model, products, transforms, folder: place.folder };
}

function getProduct(model: MeshModel, id: string): ProductModel {
  const product = findProduct(model, id);
  if (product) return product;
  throw new MeshError({
    code: 'unknown-product',
    kind: 'not-found',
    message: `the mesh \`${model.name}\` has no product \`${id}\``,
    fix: 'name it as `domain/product`; `mesh search` lists them',
  });
}
