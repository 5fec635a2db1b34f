import { Construct } from 'constructs';
import { journalBinding } from '../adapters/aws/journal.binding.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import { BundledFunction } from './bundled-function.ts';
import { type PublishedAsset, publishFolder } from './file-asset.ts';
import { lambdaFolder } from './lambda-folder.ts';
import { LiveVersion } from './live-version.ts';
import type { MeshValues } from './mesh-values.ts';
import { bindRun } from './run-binding.ts';

export interface RunFunctionProps {
  readonly mesh: string;
  readonly product: ProductModel;
  /** The file of its bundled code; a product of SQL has none. */
  readonly transform: string | undefined;
  readonly values: MeshValues;
  readonly manifest: PublishedAsset;
  readonly bucket: { readonly name: string; readonly arn: string };
  readonly workgroup: string;
  readonly deadLetters: string;
  readonly memoryMb: number;
  readonly timeoutMinutes: number;
  readonly runHours: number;
  readonly settleSeconds: number;
}

const KEEP_EXECUTIONS_DAYS = 14;

/** The durable function that makes a product's publications, with just the rights that its adapters name. */
export class RunFunction extends Construct {
  readonly roleArn: string;
  readonly functionName: string;
  readonly aliasArn: string;

  constructor(scope: Construct, id: string, props: RunFunctionProps) {
    super(scope, id);
    const { product, bucket } = props;
    const { environment, permissions } = bindRun(this, props);
    const made = new BundledFunction(this, 'Code', {
      code: publishFolder(this, lambdaFolder('run'), added(props)),
      description: `Runs ${product.id}`,
      environment,
      memoryMb: props.memoryMb,
      timeoutSeconds: props.timeoutMinutes * 60,
      permissions,
      durable: {
        timeoutSeconds: props.runHours * 3600,
        retentionDays: KEEP_EXECUTIONS_DAYS,
        permissions: (functionArn) => journalBinding.permissions({ bucketArn: bucket.arn, functionArn }),
      },
      deadLetters: props.deadLetters,
    });
    this.roleArn = made.role.attrArn;
    this.functionName = made.function.ref;
    this.aliasArn = new LiveVersion(this, 'Live', made).alias.ref;
  }
}

/** What stands beside the bundle that all products have in common. */
function added({ product, transform }: RunFunctionProps): { readonly [name: string]: string } {
  if (product.transform.kind === 'sql') return {};
  if (transform !== undefined) return { 'transform.mjs': transform };
  throw new MeshError({
    code: 'no-bundle',
    message: 'is made by code, and the mesh was given no bundle of it',
    fix: 'pass the `transforms` that `readMesh` gives to `DataMesh` or `DataMesh.fromName`',
    where: { product: product.id, file: product.transform.file },
  });
}
