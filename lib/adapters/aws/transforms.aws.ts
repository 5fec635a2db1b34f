import type { ProductDeclaration } from '../../model/define-product.ts';
import type { TransformFunction } from '../../model/define-transform.ts';
import type { Transforms } from '../../ports/transforms.ts';

/** The code that its stack bundled beside the function. */
export function createTransforms({ load }: { readonly load: () => Promise<unknown> }): Transforms {
  return {
    load: async () => ((await load()) as { readonly default: TransformFunction<ProductDeclaration> }).default,
  };
}
