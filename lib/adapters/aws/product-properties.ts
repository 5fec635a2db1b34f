import { MeshError } from '../../model/mesh-error.ts';
import type { ProductId } from '../../model/names.ts';
import type { Deployment } from './deployments.aws.ts';

/** What a product's stack says of itself: the properties of its `Custom::DataProduct`. */
interface ProductProperties {
  readonly ServiceToken: string;
  readonly Mesh: string;
  readonly Product: string;
  readonly ManifestBucket: string;
  readonly ManifestKey: string;
  readonly Bucket: string;
  readonly Workgroup: string;
  readonly RunRoleArn: string;
  readonly LocationRoleArn: string;
  readonly Removal: 'retain' | 'destroy';
  /** The name of its `run` function, for its costs. */
  readonly RunFunction?: string;
}

type Given = { readonly [name: string]: unknown };

/** Where the product's manifest is. */
export function manifestPlace(given: Given): { bucket: string; key: string } {
  return { bucket: text(given, 'ManifestBucket'), key: text(given, 'ManifestKey') };
}

/** The deployment that the properties describe. */
export function deploymentOf(given: Given): Omit<Deployment, 'manifestFingerprint'> {
  return {
    product: text(given, 'Product') as ProductId,
    bucket: text(given, 'Bucket'),
    workGroup: text(given, 'Workgroup'),
    runRoleArn: text(given, 'RunRoleArn'),
    locationRoleArn: text(given, 'LocationRoleArn'),
    // Whatever else it says: data is kept unless its product says otherwise.
    removal: given.Removal === 'destroy' ? 'destroy' : 'retain',
    ...(given.RunFunction !== undefined && { runFunction: text(given, 'RunFunction') }),
  };
}

function text(given: Given, name: keyof ProductProperties): string {
  const value = given[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new MeshError({
    code: 'missing-property',
    message: `the stack does not say its \`${name}\``,
    fix: 'deploy it with the version of cdk-data-mesh that the mesh stack was deployed with',
  });
}
