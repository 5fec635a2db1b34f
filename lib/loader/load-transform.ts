import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProductDeclaration } from '../model/define-product.ts';
import type { TransformFunction } from '../model/define-transform.ts';
import { guardTransform } from '../model/guard-transform.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import { transformPath } from './bundle-transform.ts';

/**
 * The function of a product's code, from the bundle that loading the mesh kept.
 *
 * @throws MeshError when the bundle is gone, or exports no function.
 */
export async function loadTransform(
  home: string,
  product: ProductModel,
): Promise<TransformFunction<ProductDeclaration>> {
  const { id, transform } = product;
  if (transform.kind === 'sql') throw new TypeError(`${id} is transformed by SQL`);
  const where = { product: id, file: transform.file };
  const path = transformPath(join(home, 'cache'), transform.hash);
  if (!existsSync(path)) {
    const fix = 'run the command again; it bundles the code anew';
    throw new MeshError({
      code: 'no-bundle',
      kind: 'retry',
      message: 'its bundled code is gone from the cache',
      where,
      fix,
    });
  }
  // Errors then tell lines of the sources.
  process.setSourceMapsEnabled(true);
  const { default: run } = (await import(pathToFileURL(path).href)) as { default?: unknown };
  if (typeof run === 'function') return guardTransform(run as TransformFunction<ProductDeclaration>, where);
  const fix = 'write `export default defineTransform<typeof product>(async function* (…) { … })`';
  throw new MeshError({ code: 'no-transform', message: 'its default export is no function', where, fix });
}
