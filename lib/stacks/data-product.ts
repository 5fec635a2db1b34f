import { CfnOutput, Stack, Stage, Tags, Token } from 'aws-cdk-lib';
import { BUCKET_LAYOUT } from '../adapters/aws/aws.binding.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import { AthenaWorkgroup } from './athena-workgroup.ts';
import { DeadLetters } from './dead-letters.ts';
import { publishText } from './file-asset.ts';
import { LakeLocation } from './lake-location.ts';
import type { IDataMesh } from './mesh-reference.ts';
import { MeshValues } from './mesh-values.ts';
import { pascalCase } from './pascal-case.ts';
import { ProductBucket } from './product-bucket.ts';
import { ProductRegistration } from './product-registration.ts';
import type { Removal } from './removal.ts';
import { RunFunction } from './run-function.ts';
import { RunTriggers } from './run-triggers.ts';

/** How one product is deployed. */
export interface DataProductProps {
  /**
   * What becomes of its data when its stack is destroyed.
   * @default the mesh's
   */
  readonly removal?: Removal;
  /**
   * Name of a bucket that an earlier deployment of the product kept; it is used as it is, and so is its registration
   * with Lake Formation.
   * @default a new bucket
   */
  readonly bucket?: string;
  /**
   * Memory of its runs.
   * @default 2048
   */
  readonly memoryMb?: number;
  /**
   * How long one stretch of a run may work: waiting for Athena does not count.
   * @default 15
   */
  readonly timeoutMinutes?: number;
  /**
   * How long a whole run may take, waiting included.
   * @default 24
   */
  readonly runHours?: number;
  /**
   * How long a run that a drop wakes waits for more drops, so that files which land together are read together.
   * @default 10
   */
  readonly settleSeconds?: number;
  /**
   * A query that scans more than these bytes is cancelled.
   * @default 1099511627776 (1 TiB)
   */
  readonly scanLimitBytes?: number;
}

/** What a product is deployed with unless it says otherwise. */
export const PRODUCT_DEFAULTS = {
  memoryMb: 2048,
  timeoutMinutes: 15,
  runHours: 24,
  settleSeconds: 10,
  scanLimitBytes: 1024 ** 4,
} as const satisfies DataProductProps;

/**
 * One data product: its bucket, its location in the lake, the workgroup and the function that make its publications,
 * and its registration with the mesh, which creates its tables and grants. It names nothing of another product's stack.
 *
 * @throws MeshError when the product was resolved in another mesh, or its code is none of the mesh's `transforms`.
 *
 * @example
 * ```ts
 * import { App } from 'aws-cdk-lib';
 * import { DataMesh, DataProduct, readMesh } from 'cdk-data-mesh/cdk';
 *
 * const { products, transforms } = await readMesh('products/mesh.ts');
 * const mesh = DataMesh.fromName(new App(), 'opetence', { transforms });
 * for (const product of products) new DataProduct(mesh, product, { memoryMb: 3072 });
 * ```
 */
export class DataProduct extends Stack {
  readonly product: ProductModel;
  /** Where drops go: `s3://<bucket>/landing/<path of the source>/`. */
  readonly bucketName: string;
  readonly runRoleArn: string;
  /** The alias that runs the product. */
  readonly runAliasArn: string;

  constructor(mesh: IDataMesh, product: ProductModel, props: DataProductProps = {}) {
    super(Stage.of(mesh)!, pascalCase(product.stack), {
      stackName: product.stack,
      description: `Data product ${product.id} ${product.version} of the mesh ${mesh.meshName}`,
      env: { account: known(mesh.account), region: known(mesh.region) },
    });
    checkMesh(mesh, product);
    this.product = product;
    const removal = props.removal ?? mesh.removal;
    const values = new MeshValues(this, mesh.meshName);
    const manifest = publishText(this, JSON.stringify(product), 'json');
    const bucket = new ProductBucket(this, 'Storage', { removal, kept: props.bucket });
    const lake = new LakeLocation(this, 'Lake', {
      bucketArn: bucket.arn,
      database: product.database,
      removal,
      isKept: props.bucket !== undefined,
    });
    const { workgroup } = new AthenaWorkgroup(this, 'Queries', {
      name: product.stack,
      description: `Runs of ${product.id}`,
      scanLimitBytes: props.scanLimitBytes ?? PRODUCT_DEFAULTS.scanLimitBytes,
      results: `s3://${bucket.name}/${BUCKET_LAYOUT.results}`,
      callersChoosePlaces: true,
    });
    const deadLetters = new DeadLetters(this, 'DeadLetters');
    const run = new RunFunction(this, 'Run', {
      mesh: mesh.meshName,
      product,
      transform: mesh.transforms[product.id],
      values,
      manifest,
      bucket,
      workgroup: workgroup.ref,
      deadLetters: deadLetters.queueArn,
      memoryMb: props.memoryMb ?? PRODUCT_DEFAULTS.memoryMb,
      timeoutMinutes: props.timeoutMinutes ?? PRODUCT_DEFAULTS.timeoutMinutes,
      runHours: props.runHours ?? PRODUCT_DEFAULTS.runHours,
      settleSeconds: props.settleSeconds ?? PRODUCT_DEFAULTS.settleSeconds,
    });
    const triggers = new RunTriggers(this, 'Triggers', {
      mesh: mesh.meshName,
      product,
      bucket: bucket.name,
      target: run.aliasArn,
      deadLetters: deadLetters.queueArn,
    });
    const registration = new ProductRegistration(this, 'Registration', {
      mesh: mesh.meshName,
      product,
      registrarArn: values.get('registrarArn'),
      manifest,
      bucket: bucket.name,
      workgroup: workgroup.ref,
      runFunction: run.functionName,
      runRoleArn: run.roleArn,
      locationRoleArn: lake.roleArn,
      removal,
    });
    // Last of all to be made, so that its event wakes the product; first to be removed, so that all the rest still works
    // when the registrar refuses it.
    registration.node.addDependency(bucket, lake, run, triggers, deadLetters);
    this.bucketName = bucket.name;
    this.runRoleArn = run.roleArn;
    this.runAliasArn = run.aliasArn;
    for (const input of product.inputs) {
      if (input.kind !== 'source') continue;
      new CfnOutput(this, `Drops ${input.name}`, {
        key: `Drops${pascalCase(input.name)}`,
        description: `Where drops of ${input.name} land`,
        value: `s3://${bucket.name}/${BUCKET_LAYOUT.landing}${input.path}/`,
      });
    }
    for (const [key, value] of Object.entries(tagsOf(mesh, product))) Tags.of(this).add(key, value);
    if (mesh instanceof Stack) this.addStackDependency(mesh, 'the mesh has to be there');
  }
}

function tagsOf(mesh: IDataMesh, { domain, name }: ProductModel): { [key: string]: string } {
  return { mesh: mesh.meshName, domain, product: name, environment: mesh.environmentName };
}

function checkMesh({ meshName }: IDataMesh, { id, uri, file }: ProductModel): void {
  if (uri === `mesh://${meshName}/${id}`) return;
  throw new MeshError({
    code: 'other-mesh',
    message: `its address is \`${uri}\`, and it is deployed into the mesh \`${meshName}\``,
    fix: 'deploy it into the mesh that it was resolved in',
    where: { product: id, file },
  });
}

/** A stack's environment is a name or left open; a token would be neither. */
function known(value: string | undefined): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
