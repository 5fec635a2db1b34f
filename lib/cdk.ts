/** Deploys a mesh with the AWS CDK: what `cdk-data-mesh/cdk` gives. Needs `aws-cdk-lib` and `constructs`. */
export { type ReadMesh, type ReadMeshOptions, readMesh } from './deploy/read-mesh.ts';
export { DataMesh, type DataMeshProps, type DataMeshReference, MESH_DEFAULTS } from './stacks/data-mesh.ts';
export { DataProduct, type DataProductProps, PRODUCT_DEFAULTS } from './stacks/data-product.ts';
export type { IDataMesh, Transforms } from './stacks/mesh-reference.ts';
export type { Removal } from './stacks/removal.ts';
export { ShapeValidation } from './stacks/shape-validation.ts';
