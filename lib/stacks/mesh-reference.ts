import type { IConstruct } from 'constructs';

/** Bundled code of products, absolute paths by the product's id: what `readMesh` gives. */
export type Transforms = { readonly [product: string]: string };

/** A mesh that products are deployed into: a `DataMesh`, or what `DataMesh.fromName` gives. */
export interface IDataMesh extends IConstruct {
  readonly meshName: string;
  /** Such as `dev`; a tag of all that is deployed. */
  readonly environmentName: string;
  /** Where its products' stacks go, unless they say otherwise. */
  readonly account?: string;
  readonly region?: string;
  /** What becomes of data when a product's stack is destroyed, unless the product says otherwise. */
  readonly removal: 'retain' | 'destroy';
  readonly transforms: Transforms;
}
