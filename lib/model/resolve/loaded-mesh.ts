import type { MeshDeclaration } from '../define-mesh.ts';
import type { ProductDeclaration } from '../define-product.ts';
import type { Problem } from '../mesh-error.ts';
import { type ProductId, productId } from '../names.ts';

/** A text file beside a product. */
export interface LoadedText {
  /** Relative to the mesh's folder. */
  readonly file: string;
  readonly text: string;
}

/** A product's declaration with the files it names. */
export interface LoadedProduct {
  readonly id: ProductId;
  readonly declaration: ProductDeclaration;
  /** Relative to the mesh's folder; absent when the mesh itself declares the product. */
  readonly file?: string;
  /** The `.sql` files beside it, by name without ending. */
  readonly sql: { readonly [name: string]: LoadedText };
  /** Its code, with the hash of all it imports. */
  readonly code?: { readonly file: string; readonly hash: string };
}

/** Everything a mesh's files say, before it is resolved. */
export interface LoadedMesh {
  readonly mesh: MeshDeclaration;
  readonly products: readonly LoadedProduct[];
  /** Products that could not be loaded, and why. */
  readonly problems: readonly Problem[];
}

/** A product that stands in no file, such as a generated one. */
export function loadInline(declaration: ProductDeclaration): LoadedProduct {
  return { id: productId(declaration.domain, declaration.name), declaration, sql: {} };
}
