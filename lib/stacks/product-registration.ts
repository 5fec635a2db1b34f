import { CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ProductModel } from '../model/mesh-model.ts';
import type { PublishedAsset } from './file-asset.ts';
import { SERVICE_TIMEOUT } from './registrar.ts';
import type { Removal } from './removal.ts';

export interface ProductRegistrationProps {
  readonly mesh: string;
  readonly product: ProductModel;
  readonly registrarArn: string;
  readonly manifest: PublishedAsset;
  readonly bucket: string;
  readonly workgroup: string;
  readonly runFunction: string;
  readonly runRoleArn: string;
  readonly locationRoleArn: string;
  readonly removal: Removal;
}

/**
 * Calls the mesh's registrar: it checks the contract against the registered one, makes the database and its tables,
 * and grants; destroyed, it retires the product.
 */
export class ProductRegistration extends Construct {
  constructor(scope: Construct, id: string, props: ProductRegistrationProps) {
    super(scope, id);
    new CfnResource(this, 'Product', {
      type: 'Custom::DataProduct',
      properties: {
        ServiceToken: props.registrarArn,
        // Seconds; without, a registrar that never answers holds the deployment for an hour.
        ServiceTimeout: SERVICE_TIMEOUT,
        Mesh: props.mesh,
        Product: props.product.id,
        ManifestBucket: props.manifest.bucket,
        ManifestKey: props.manifest.key,
        Bucket: props.bucket,
        Workgroup: props.workgroup,
        RunFunction: props.runFunction,
        RunRoleArn: props.runRoleArn,
        LocationRoleArn: props.locationRoleArn,
        Removal: props.removal,
      },
    });
  }
}
