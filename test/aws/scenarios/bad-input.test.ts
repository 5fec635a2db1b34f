import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GlueClient,
} from '@aws-sdk/client-glue';
import { LakeFormationClient, PutDataLakeSettingsCommand } from '@aws-sdk/client-lakeformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATABASE_MARKERS } from '../../../lib/adapters/aws/tables/tables-context.ts';
import { runCdk } from '../run-cdk.ts';
import { type Account, openAccount } from './account.ts';
import { bucketsOf, databases, inOneLine, lakeAdmins, permissionsOn, stackStatus } from './account-facts.ts';
import { type DeployedMesh, openDeployed } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { ORDERS } from './shop-files.ts';

const DATABASE = 'shop_sales_orders';
const shop = writeMesh('shop');
const glue = () => new GlueClient();
let account: Account;
let deployed: DeployedMesh;

beforeAll(async () => {
  account = await openAccount({ bootstrap: false });
}, 300_000);
afterAll(() => account?.emulator.stop());

/** Deploys the one product and gives what the CLI said of why it can't. */
async function refused(context: { readonly [name: string]: string } = {}): Promise<string> {
  const { code, output } = await account.tryDeploy(shop, { stacks: ['ShopSalesOrders'], context });
  expect(code, output).not.toBe(0);
  return inOneLine(output);
}

test('an account that was not bootstrapped: the CLI says what to do', async () => {
  const { code, output } = await account.tryDeploy(shop);
  expect(code).not.toBe(0);
  expect(inOneLine(output)).toMatch(/cdk-bootstrap\/hnb659fds\/version.*cdk bootstrap/);
  expect(await stackStatus('shop-mesh')).toBeUndefined();
  await account.bootstrap();
});

test('a mesh that is not deployed: the missing parameter names it', async () => {
  expect(await refused({ products: ORDERS })).toContain('/shop/');
  expect(await stackStatus('shop-sales-orders')).not.toBe('CREATE_COMPLETE');
  expect(await bucketsOf('shop-')).toEqual([]);
});

test('a mesh and a product that are not declared: nothing is synthesised', async () => {
  expect(await refused({ products: 'sales/order' })).toContain('the mesh `shop` has no product `sales/order`');
  expect(await refused({ mesh: join(shop.folder, 'mash.ts') })).toContain('[no-mesh]');
  expect(await refused({ removal: 'all' })).toContain('write `retain` or `destroy`');
});

describe('on a mesh that is there', () => {
  beforeAll(async () => {
    await account.deploy(shop, { stacks: ['ShopMesh'] });
    deployed = await openDeployed('shop');
  }, 120_000);

  /** Whether nothing of the product is there. */
  async function expectNothing(): Promise<void> {
    expect(await deployed.find(ORDERS)).toBeUndefined();
    expect(await deployed.registry.list()).toEqual([]);
    expect(await deployed.deployments.list()).toEqual([]);
    expect(await bucketsOf('shop-sales-orders')).toEqual([]);
    expect((await permissionsOn(DATABASE)).filter(isOfProduct)).toEqual([]);
    expect(await stackStatus('shop-sales-orders')).toBe('ROLLBACK_COMPLETE');
  }

  const isOfProduct = ({ Principal }: Awaited<ReturnType<typeof permissionsOn>>[number]) =>
    Principal!.DataLakePrincipalIdentifier!.includes('role/shop-');

  test('a database that is not ours is left alone', async () => {
    await glue().send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
    const said = await refused();
    expect(said).toContain(`the database \`${DATABASE}\` exists and was not made by this mesh`);
    expect(said).toContain('rename the product');
    await expectNothing();
    expect(await databases()).toContain(DATABASE);
    await glue().send(new DeleteDatabaseCommand({ Name: DATABASE }));
  });

  test('a table that is not ours is left alone', async () => {
    const Parameters = { [DATABASE_MARKERS.mesh]: 'shop', [DATABASE_MARKERS.product]: ORDERS };
    await glue().send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE, Parameters } }));
    const StorageDescriptor = { Columns: [{ Name: 'id', Type: 'int' }], Location: 's3://somebodys/orders' };
    const TableInput = { Name: 'orders', StorageDescriptor, TableType: 'EXTERNAL_TABLE' };
    await glue().send(new CreateTableCommand({ DatabaseName: DATABASE, TableInput }));
    const said = await refused();
    expect(said).toContain(`the table \`${DATABASE}.orders\` exists and is no Iceberg table`);
    expect(said).toContain('rename the port');
    await expectNothing();
    await glue().send(new DeleteTableCommand({ DatabaseName: DATABASE, Name: 'orders' }));
    await glue().send(new DeleteDatabaseCommand({ Name: DATABASE }));
  });

  test('a bucket with files where a table would be is left alone', async () => {
    const s3 = new S3Client({ forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'shop-old-files' }));
    await s3.send(new PutObjectCommand({ Bucket: 'shop-old-files', Key: 'data/orders/notes.txt', Body: 'mine' }));
    const said = await refused({ buckets: `${ORDERS}=shop-old-files` });
    expect(said).toContain('`s3://shop-old-files/data/orders/notes.txt` lies where the table `orders` would be');
    expect(said).toContain('move or delete what is below');
    await expectNothing();
    expect(await bucketsOf('shop-old-files')).toHaveLength(1);
    expect(await databases()).not.toContain(DATABASE);
  });

  test('a manifest that is none is refused', async () => {
    // Other words, because what was published under a name before is not published again.
    const other = shop.clone();
    other.change('sales/orders/product.ts', 'What was bought.', 'All that was bought.');
    const folder = mkdtempSync(join(tmpdir(), 'cdk-out-'));
    const context = ['-c', `mesh=${join(other.folder, 'mesh.ts')}`];
    await runCdk(['synth', '--quiet', ...context, '--output', folder], {
      ...account.emulator.env,
      CDK_VALIDATION: 'false',
    });
    const manifest = readdirSync(folder).find(
      (file) => file.endsWith('.json') && readFileSync(join(folder, file), 'utf8').includes(`"id":"${ORDERS}"`),
    );
    writeFileSync(join(folder, manifest!), '{"id": "sales/orders", "outputs": [');
    const { code, output } = await account.tryDeploy(other, { stacks: ['ShopSalesOrders'], args: ['--app', folder] });
    expect(code).not.toBe(0);
    const said = inOneLine(output);
    expect(said).toMatch(/the manifest `s3:\/\/[^`]+\.json` can't be read/);
    expect(said).toContain('deploy again with the version');
    await expectNothing();
    expect(await databases()).not.toContain(DATABASE);
  });

  test('a registrar that is no admin of the lake any more says who can help', async () => {
    const admins = await lakeAdmins();
    const put = (arns: readonly string[]) =>
      new LakeFormationClient().send(
        new PutDataLakeSettingsCommand({
          DataLakeSettings: { DataLakeAdmins: arns.map((arn) => ({ DataLakePrincipalIdentifier: arn })) },
        }),
      );
    await put(admins.filter((arn) => !arn.includes('Registrar')));
    const said = await refused();
    expect(said).toContain('Lake Formation');
    expect(said).toMatch(/add the registrar.s role as an admin/);
    await expectNothing();
    expect(await databases()).not.toContain(DATABASE);
    await put(admins);
  });

  test('once the cause is gone, the same deployment succeeds', async () => {
    await account.deploy(shop, { stacks: ['ShopSalesOrders'] });
    expect((await deployed.find(ORDERS))?.manifest.status).toBe('active');
    expect(await databases()).toContain(DATABASE);
  });
});
