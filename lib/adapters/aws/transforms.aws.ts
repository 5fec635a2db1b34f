import type { ProductDeclaration } from '../../model/define-product.ts';
import type { TransformFunction } from '../../model/define-transform.ts';
import { guardTransform } from '../../model/guard-transform.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { Transforms } from '../../ports/transforms.ts';

export interface TransformsOptions {
  /** Imports the module that was deployed beside the function, with the product's code. */
  readonly load: () => Promise<unknown>;
}

/** A product's code, as it was deployed with its function. */
export function createTransforms({ load }: TransformsOptions): Transforms {
  return {
    async load({ id, transform }) {
      if (transform.kind === 'sql') throw new TypeError(`${id} is transformed by SQL`);
      const where = { product: id, file: transform.file };
      const { default: run } = ((await load().catch(missing(where))) ?? {}) as { default?: unknown };
      if (typeof run === 'function') return guardTransform(run as TransformFunction<ProductDeclaration>, where);
      const fix = 'write `export default defineTransform<typeof product>(async function* (…) { … })`';
      throw new MeshError({ code: 'no-transform', message: 'its default export is no function', where, fix });
    },
  };
}

/** What the code itself throws while it is loaded is told as it is. */
function missing(where: { readonly product: string; readonly file: string }): (cause: unknown) => never {
  return (cause) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const message = 'its bundled code is not beside the function, or lacks a part';
    throw new MeshError({ code: 'no-bundle', message, where, fix: 'deploy the product again', cause });
  };
}
