import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetDatabaseCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetDataLakeSettingsCommand, RevokePermissionsCommand } from '@aws-sdk/client-lakeformation';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { busBinding } from '../../../lib/adapters/aws/bus.binding.ts';
import type { CustomResourceEvent } from '../../../lib/adapters/aws/custom-resource.ts';
import { grantsBinding } from '../../../lib/adapters/aws/grants.binding.ts';
import { lfTagsBinding } from '../../../lib/adapters/aws/lf-tags.binding.ts';
import { registrarBinding } from '../../../lib/adapters/aws/registrar.binding.ts';
import { settingsBinding } from '../../../lib/adapters/aws/settings.binding.ts';
import { storeBinding } from '../../../lib/adapters/aws/store.binding.ts';
import { tablesBinding } from '../../../lib/adapters/aws/tables/tables.binding.ts';
import { writeTeamRoles } from '../../../lib/adapters/aws/team-roles.ts';
import { grant } from '../../../lib/model/grant.ts';
import type { PortInputModel, ProductModel } from '../../../lib/model/mesh-model.ts';
import { sampleProduct, samplePublication } from '../../conformance/samples.ts';
import { type RegistrarWorld, registrarWorld } from './registrar-world.ts';

interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

let world: RegistrarWorld;
let handler: typeof import('../../../lambdas/registrar.ts').handler;
let url: string;
const answers: Answer[] = [];
/** CloudFormation's ear. */
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  answers.push(JSON.parse(body) as Answer);
  response.end();
});

beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  world = await registrarWorld();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { name, registrarRoleArn, store, teamRoles } = world;
  const environment = {
    MESH_NAME: name,
    MESH_TABLE: name,
    MESH_BUS: name,
    REGISTRAR_ROLE: registrarRoleArn,
  };
  Object.assign(process.env, environment);
  await writeTeamRoles(store, teamRoles);
  await becomeRegistrar(world);
  ({ handler } = await import('../../../lambdas/registrar.ts'));
  await world.bucketOf(`${name}-assets`);
});
afterAll(() => void server.close());

/** From here on, the process may do what the bindings say, and nothing else. */
async function becomeRegistrar({ name, account, credentials, iam, registrarRoleArn }: RegistrarWorld): Promise<void> {
  const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:${account}:${rest}`;
  const role = (of: string) => `arn:aws:iam::${account}:role/${of}`;
  const databases = `${name}_*`.replaceAll('-', '_');
  const lake = {
    catalogArn: arn('glue', 'catalog'),
    databasesArn: arn('glue', `database/${databases}`),
    tablesArn: arn('glue', `table/${databases}/*`),
    rolesArn: role('*'),
  };
  await new EventBridgeClient({ credentials }).send(new CreateEventBusCommand({ Name: name }));
  const permissions = [
    busBinding.permissions({ busArn: arn('events', `event-bus/${name}`) }),
    storeBinding.permissions({ tableArn: arn('dynamodb', `table/${name}`) }),
    tablesBinding.permissions({
      ...lake,
      databaseFunctionsArn: arn('glue', `userDefinedFunction/${databases}/*`),
      bucketsArn: `arn:aws:s3:::${name}-*`,
      locationRolesArn: role(`${name}-*`),
    }),
    grantsBinding.permissions(lake),
    settingsBinding.permissions(lake),
    lfTagsBinding.permissions({}),
    registrarBinding.permissions({
      manifestsArn: `arn:aws:s3:::${name}-assets/*`,
      stacksArn: arn('cloudformation', 'stack/*'),
    }),
  ].flat();
  const Statement = permissions.map(({ actions, resources, conditions }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(conditions && { Condition: conditions }),
  }));
  const [RoleName] = registrarRoleArn.split('/').slice(-1);
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'bindings', PolicyDocument }));
  const assumed = await new STSClient({ credentials }).send(
    new AssumeRoleCommand({ RoleArn: registrarRoleArn, RoleSessionName: 'registrar' }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials!;
  process.env.AWS_ACCESS_KEY_ID = AccessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = SecretAccessKey;
  process.env.AWS_SESSION_TOKEN = SessionToken;
}

const context = { getRemainingTimeInMillis: () => 60_000 };
const reader = (provider: ProductModel): PortInputModel => ({
  kind: 'port',
  name: 'scans',
  product: provider.id,
  port: 'scans',
  uri: '',
  purpose: 'campaigns',
  read: 'all',
});
const campaigns = grant({ to: 'marketing', purpose: 'campaigns' });

let stacks = 0;
/** A product whose stack has made its bucket and its roles. */
async function stackOf(options: Parameters<typeof sampleProduct>[0] = {}, change: Partial<ProductModel> = {}) {
  stacks += 1;
  const product = { ...world.own(sampleProduct({ name: `p${stacks}`, ...options })), ...change };
  const deployment = await world.deploy(product);
  await world.deployments.remove(product.id);
  const properties = {
    ServiceToken: 'arn',
    Mesh: world.name,
    Product: product.id,
    ManifestBucket: `${world.name}-assets`,
    ManifestKey: `${product.name}.json`,
    Bucket: deployment.bucket,
    Workgroup: deployment.workGroup,
    RunRoleArn: deployment.runRoleArn,
    LocationRoleArn: deployment.locationRoleArn,
    Removal: 'retain',
  };
  const ask = async (RequestType: CustomResourceEvent['RequestType'], more: Partial<CustomResourceEvent> = {}) => {
    const ids = { StackId: 'arn:stack/x', RequestId: `${answers.length}`, LogicalResourceId: 'Product' };
    const event = {
      RequestType,
      ...ids,
      ResponseURL: url,
      ResourceType: 'Custom::DataProduct',
      ResourceProperties: properties,
    };
    const physical = RequestType === 'Create' ? {} : { PhysicalResourceId: product.id };
    await handler({ ...event, ...physical, ...more }, context);
    return answers.at(-1)!;
  };
  return {
    product,
    deployment,
    properties,
    async send(type: 'Create' | 'Update', manifest: ProductModel | string = product) {
      const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
      await world.putText(properties.ManifestBucket, properties.ManifestKey, text);
      return ask(type);
    },
    delete: (removal: string = 'retain', more: Partial<CustomResourceEvent> = {}) =>
      ask('Delete', { ResourceProperties: { ...properties, Removal: removal }, ...more }),
  };
}

async function columnsOf(product: ProductModel) {
  const { Table } = await world.glue.send(new GetTableCommand({ DatabaseName: product.database, Name: 'scans' }));
  return Table!.StorageDescriptor!.Columns!.map(({ Name }) => Name);
}
const databaseOf = (product: ProductModel) => world.glue.send(new GetDatabaseCommand({ Name: product.database }));
const without = (product: ProductModel, field: string): ProductModel => ({
  ...product,
  outputs: product.outputs.map((port) => ({ ...port, fields: port.fields.filter(({ name }) => name !== field) })),
});

describe('a stack’s product', () => {
  test('is registered, has its tables, and tables take on its new fields', async () => {
    const { product, send } = await stackOf();
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: product.id });
    expect((await world.registry.find(product.id))?.manifest).toEqual(JSON.parse(JSON.stringify(product)));
    const [port] = product.outputs;
    const more = { ...port!, fields: [...port!.fields, { ...port!.fields[1]!, name: 'more' }] };
    expect(await send('Update', { ...product, outputs: [more] })).toMatchObject({ Status: 'SUCCESS' });
    expect(await columnsOf(product)).toEqual(['id', 'amount', 'at', 'more', '_recorded_at']);
    expect(await send('Update')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        'field `more` is removed; undo it, or give the product version 2.0.0 (it is 1.0.0)',
      ),
    });
  });

  test('keeps its contract when a field goes that somebody reads, and says who', async () => {
    const { product, send } = await stackOf({ grants: [campaigns] });
    await send('Create');
    const owner = { team: 'marketing', contact: 'm@opetence.example' };
    const consumer = await stackOf({}, { inputs: [reader(product)], owner });
    expect(await consumer.send('Create')).toMatchObject({ Status: 'SUCCESS' });
    for (const version of ['1.1.0', '2.0.0']) {
      const answer = await send('Update', { ...without(product, 'amount'), version });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: product.id });
      expect(answer.Reason).toContain(`${consumer.product.id} reads \`scans.amount\``);
      expect(answer.Reason).toContain(`declare it beside the old one as \`${product.name}-v2\``);
    }
    expect(await columnsOf(product)).toContain('amount');
    expect((await world.registry.find(product.id))?.manifest.version).toBe('1.0.0');
    await consumer.delete();
    expect(await send('Update', { ...without(product, 'amount'), version: '2.0.0' })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(await columnsOf(product)).not.toContain('amount');
  });

  test('lets its run read its providers', async () => {
    const { product, send } = await stackOf({ grants: [campaigns] });
    await send('Create');
    const owner = { team: 'marketing', contact: 'm@opetence.example' };
    const consumer = await stackOf({}, { inputs: [reader(product)], owner });
    await consumer.send('Create');
    const revoke = new RevokePermissionsCommand({
      Principal: { DataLakePrincipalIdentifier: consumer.deployment.runRoleArn },
      Resource: { Table: { DatabaseName: product.database, Name: 'scans' } },
      Permissions: ['SELECT'],
    });
    await world.lakeFormation.send(revoke);
    expect(await handler({ action: 'reconcile', product: product.id }, context)).toEqual([
      { product: product.id, granted: 1, revoked: 0 },
    ]);
    expect(await handler({ source: 'aws.events' }, context)).toContainEqual({
      product: product.id,
      granted: 0,
      revoked: 0,
    });
    await consumer.delete();
    await expect(world.lakeFormation.send(revoke)).rejects.toThrow('does not have');
  });

  test('is not half created when its grants can’t be enforced', async () => {
    const { product, send } = await stackOf({ grants: [{ ...campaigns, rows: 'length(id) > 3' }] });
    const answer = await send('Create');
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('length(id) > 3') });
    await expect(databaseOf(product)).rejects.toThrow();
    expect(await world.deployments.get(product.id)).toBeUndefined();
    expect(await world.registry.find(product.id)).toBeUndefined();
  });

  test.each(['{"id": 1}', 'no JSON'])('is refused with a manifest that is `%s`', async (manifest) => {
    const { send } = await stackOf();
    const answer = await send('Create', manifest);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining("can't be read") });
  });

  test('stays when another’s creation in its place failed and is rolled back', async () => {
    const { product, send, delete: remove } = await stackOf();
    await send('Create');
    const failed = await send('Create', 'no JSON');
    expect(failed.PhysicalResourceId).toMatch(/^never-created:/);
    expect(await remove('destroy', { PhysicalResourceId: failed.PhysicalResourceId })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(await columnsOf(product)).toContain('id');
    expect(await world.registry.find(product.id)).toBeDefined();
  });
});

describe('the end of a product', () => {
  test('keeps its data and its publications, for when it comes back', async () => {
    const { product, send, delete: remove } = await stackOf({ grants: [campaigns] });
    await send('Create');
    expect(await remove()).toMatchObject({ Status: 'SUCCESS' });
    expect((await world.registry.find(product.id))?.manifest.status).toBe('retired');
    expect(await columnsOf(product)).toContain('id');
    expect(await world.grants.list(product.id)).toEqual([]);
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS' });
    expect((await world.registry.find(product.id))?.manifest.status).toBe('active');
  });

  test('removes everything when its product says so, and may be asked for again', async () => {
    const { product, properties, send, delete: remove } = await stackOf();
    await send('Create');
    for (const _ of [1, 2]) expect(await remove('destroy')).toMatchObject({ Status: 'SUCCESS' });
    await expect(databaseOf(product)).rejects.toThrow();
    const objects = await world.s3.send(new ListObjectVersionsCommand({ Bucket: properties.Bucket }));
    expect(objects.Versions ?? []).toEqual([]);
    expect(await world.registry.find(product.id)).toBeUndefined();
    expect(await world.deployments.get(product.id)).toBeUndefined();
  });

  test('is refused while others read it, unless it is declared retired', async () => {
    const { product, send, delete: remove } = await stackOf({ grants: [campaigns] });
    await send('Create');
    const owner = { team: 'marketing', contact: 'm@opetence.example' };
    const consumer = await stackOf({}, { inputs: [reader(product)], owner });
    await consumer.send('Create');
    const answer = await remove();
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`${consumer.product.id} (${owner.contact})`),
    });
    expect(await world.deployments.get(product.id)).toBeDefined();
    await send('Update', { ...product, status: 'retired' });
    expect(await remove()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('a deployment that CloudFormation takes back', () => {
  test('puts the contract of before in place, though that breaks the one between', async () => {
    const { product, send } = await stackOf();
    await send('Create');
    const { registerChecked } = await import('../../../lib/flow/register.ts');
    const ports = { ...world, warehouse: world.warehouse };
    await expect(registerChecked(ports, without(product, 'at'))).rejects.toMatchObject({ kind: 'breaking' });
    await registerChecked(ports, without(product, 'at'), { restores: true });
    expect(await columnsOf(product)).toEqual(['id', 'amount', '_recorded_at']);
  });

  test('removes no data that was there before, and is not held up by consumers', async () => {
    const { product, send } = await stackOf({ grants: [campaigns] });
    await send('Create');
    await world.registry.publish({ ...samplePublication(1), product: product.id }, 0);
    const owner = { team: 'marketing', contact: 'm@opetence.example' };
    const consumer = await stackOf({}, { inputs: [reader(product)], owner });
    await consumer.send('Create');
    const { retire } = await import('../../../lib/flow/retire.ts');
    await retire(world, product, { destroy: true, undoes: true });
    expect(await columnsOf(product)).toContain('id');
    expect((await world.registry.find(product.id))?.manifest.status).toBe('retired');
    await retire(world, consumer.product, { destroy: true, undoes: true });
    await expect(databaseOf(consumer.product)).rejects.toThrow();
  });
});

describe('the registrar', () => {
  test('makes admins of the data lake for the mesh’s stack, and leaves alone, because another mesh may have named the others too', async () => {
    const [one, two] = [await world.role('one'), await world.role('two')];
    const event = (RequestType: string, Admins: string[], before?: string[]) => ({
      RequestType,
      StackId: 'arn:stack/mesh',
      RequestId: 'r',
      LogicalResourceId: 'Settings',
      ResponseURL: url,
      ResourceType: 'Custom::DataLakeSettings',
      PhysicalResourceId: RequestType === 'Create' ? undefined : 'data-lake-settings/mesh',
      ResourceProperties: { ServiceToken: 'arn', Admins },
      ...(before && { OldResourceProperties: { Admins: before } }),
    });
    const admins = async () => {
      const { DataLakeSettings } = await world.lakeFormation.send(new GetDataLakeSettingsCommand({}));
      return DataLakeSettings!.DataLakeAdmins!.map((admin) => admin.DataLakePrincipalIdentifier);
    };
    await handler(event('Create', [one]), context);
    expect(answers.at(-1)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'data-lake-settings/mesh' });
    await handler(event('Update', [two], [one]), context);
    expect(await admins()).toEqual([world.registrarRoleArn, two]);
    await handler(event('Delete', [two]), context);
    expect(await admins()).toEqual([two]);
    const { send } = await stackOf();
    expect(await send('Create')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('add the registrar’s role as an admin'),
    });
    await handler(event('Create', [world.registrarRoleArn]), context);
  });

  test('repairs the grants of all products though one fails, and then says which', async () => {
    const [broken, sound] = [await stackOf(), await stackOf({ grants: [campaigns] })];
    for (const each of [broken, sound]) await each.send('Create');
    await world.store.write({ put: { pk: 'GRANTS', sk: broken.product.id, grants: '[]' } });
    const { repairGrants } = await import('../../../lib/flow/repair-grants.ts');
    const repaired: string[] = [];
    const repair = async ({ id }: ProductModel) => {
      if (id === broken.product.id) throw new Error('no luck');
      repaired.push(id);
      return { granted: 0, revoked: 0 };
    };
    await expect(repairGrants(world, repair)).rejects.toMatchObject({
      message: expect.stringContaining(`${broken.product.id}: no luck`),
    });
    expect(repaired).toContain(sound.product.id);
  });

  test('tells CloudFormation when its environment or its properties lack something', async () => {
    const { delete: remove } = await stackOf();
    const answer = await remove('retain', { ResourceProperties: { ServiceToken: 'arn' } });
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('does not say its `ManifestBucket`'),
    });
  });
});
