import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  LakeFormationClient,
  PutDataLakeSettingsCommand,
  RegisterResourceCommand,
} from '@aws-sdk/client-lakeformation';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createDeployments, type Deployment } from '../../../lib/adapters/aws/deployments.aws.ts';
import { createRoleExists } from '../../../lib/adapters/aws/existing-roles.ts';
import { createGrants, type GrantsOptions } from '../../../lib/adapters/aws/grants.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import { createStore } from '../../../lib/adapters/aws/store.aws.ts';
import { createTables } from '../../../lib/adapters/aws/tables/tables.aws.ts';
import type { TablesContext } from '../../../lib/adapters/aws/tables/tables-context.ts';
import { findReadings } from '../../../lib/flow/find-readings.ts';
import type { ProductModel } from '../../../lib/model/mesh-model.ts';

/** A mesh's table, roles and products' places on the emulated AWS, of names that no other test has. */
export type RegistrarWorld = Awaited<ReturnType<typeof registrarWorld>>;

/** Whoever tests takes on any role. */
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

let worlds = 0;

export async function registrarWorld(now = new Date('2026-06-30T12:00:00Z')) {
  worlds += 1;
  const name = `w${process.pid}-${worlds}`;
  // An account of its own: settings of the data lake are the account's. Its root's key is its number.
  const account = String(100_000_000_000 + (process.pid % 100_000_000) * 1_000 + worlds);
  const credentials = { accessKeyId: account, secretAccessKey: 'test' };
  const [glue, s3] = [new GlueClient({ credentials }), new S3Client({ credentials })];
  const [lakeFormation, iam] = [new LakeFormationClient({ credentials }), new IAMClient({ credentials })];
  const dynamodb = new DynamoDBClient({ credentials });
  const clock = { now: () => now };
  const index = {
    IndexName: 'by-time',
    KeySchema: [
      { AttributeName: 'gsi_pk', KeyType: 'HASH' as const },
      { AttributeName: 'gsi_sk', KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  };
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi_pk', 'gsi_sk'].map((each) => ({
        AttributeName: each,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [index],
    }),
  );
  const role = async (role: string) => {
    await iam.send(new CreateRoleCommand({ RoleName: `${name}-${role}`, AssumeRolePolicyDocument: TRUST }));
    return `arn:aws:iam::${account}:role/${name}-${role}`;
  };
  const registrarRoleArn = await role('registrar');
  const admins = [{ DataLakePrincipalIdentifier: registrarRoleArn }];
  await lakeFormation.send(new PutDataLakeSettingsCommand({ DataLakeSettings: { DataLakeAdmins: admins } }));
  const teamRoles = Object.fromEntries(
    await Promise.all(['logistics', 'marketing', 'finances'].map(async (team) => [team, await role(team)])),
  ) as { [team: string]: string };
  const store = createStore({ client: dynamodb, table: name });
  const registry = createRegistry({ store });
  const deployments = createDeployments({ store });
  const context: TablesContext = { mesh: name, account, glue, s3, lakeFormation, registrarRoleArn };
  const grantsOptions: GrantsOptions = {
    store,
    deployments,
    account,
    glue,
    lakeFormation,
    teamRoles,
    roleExists: createRoleExists(iam, account),
    readings: (product) => findReadings({ registry, clock }, product),
  };
  const bucketOf = async (bucket: string) => {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    return bucket;
  };

  return {
    ...{
      name,
      account,
      credentials,
      glue,
      s3,
      lakeFormation,
      iam,
      dynamodb,
      store,
      registry,
      deployments,
      clock,
      teamRoles,
      context,
    },
    registrarRoleArn,
    grantsOptions,
    grants: createGrants(grantsOptions),
    warehouse: createTables({ ...context, deployments }),
    role,
    bucketOf,
    /** The product in a database of this world. */
    own<Product extends ProductModel>(product: Product): Product {
      return { ...product, database: `${name}_${product.name}`.replaceAll('-', '_') };
    },
    /** What a stack makes for a product. */
    async deploy(product: ProductModel): Promise<Deployment> {
      const bucket = await bucketOf(`${name}-${product.name}`);
      const [runRoleArn, locationRoleArn] = [await role(`${product.name}-run`), await role(`${product.name}-location`)];
      const ResourceArn = `arn:aws:s3:::${bucket}/data`;
      await lakeFormation.send(new RegisterResourceCommand({ ResourceArn, RoleArn: locationRoleArn }));
      const rest = { workGroup: name, removal: 'retain', manifestFingerprint: product.fingerprint } as const;
      const deployment = { product: product.id, bucket, runRoleArn, locationRoleArn, ...rest };
      await deployments.put(deployment);
      return deployment;
    },
    async putText(bucket: string, key: string, text: string): Promise<void> {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
    },
  };
}

/** Makes the emulator's next calls fail. */
export async function injectFaults(faults: object): Promise<void> {
  await fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/faults`, { method: 'POST', body: JSON.stringify(faults) });
}
