import type { ProductDeclaration } from '../model/define-product.ts';
import type { TransformFunction } from '../model/define-transform.ts';
import type { ProductModel } from '../model/mesh-model.ts';

/** Where the code of `code` and `model` transformations is found. */
export interface Transforms {
  load(product: ProductModel): Promise<TransformFunction<ProductDeclaration>>;
}
