import { DeleteRoleCommand } from '@aws-sdk/client-iam';
import {
  BatchGrantPermissionsCommand,
  GetDataCellsFilterCommand,
  GrantPermissionsCommand,
  type Permission,
  paginateListDataCellsFilter,
  paginateListPermissions,
  type Resource,
  RevokePermissionsCommand,
  UpdateDataCellsFilterCommand,
} from '@aws-sdk/client-lakeformation';
import { describe, expect, test } from 'vitest';
import { createGrants, reconcilePermissions } from '../../../lib/adapters/aws/grants.aws.ts';
import { resourceKey } from '../../../lib/adapters/aws/grants-permission.ts';
import { grant } from '../../../lib/model/grant.ts';
import type { PortInputModel, ProductModel } from '../../../lib/model/mesh-model.ts';
import { sampleProduct } from '../../conformance/samples.ts';
import { injectFaults, type RegistrarWorld, registrarWorld } from './registrar-world.ts';

/** What everybody but the registrar holds on a product's data, as `role resource permission`. */
async function heldOn(world: RegistrarWorld, product: ProductModel): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListPermissions({ client: world.lakeFormation }, {})) {
    for (const { Principal, Resource, Permissions = [] } of page.PrincipalResourcePermissions ?? []) {
      const role = Principal!.DataLakePrincipalIdentifier!.replace(/^.*role\//, '').replace(`${world.name}-`, '');
      const key = resourceKey(Resource!)
        .replace(product.database, 'db')
        .replace(/mesh_\w+/, 'FILTER');
      const isOfProduct =
        resourceKey(Resource!).includes(product.database) ||
        key === `location arn:aws:s3:::${world.name}-${product.name}/data`;
      if (role !== 'registrar' && isOfProduct) found.push(...Permissions.map((each) => `${role} ${key} ${each}`));
    }
  }
  return found.sort();
}

async function filtersOf({ account, lakeFormation }: RegistrarWorld, { database }: ProductModel) {
  const Table = { CatalogId: account, DatabaseName: database, Name: 'scans' };
  const found = [];
  for await (const page of paginateListDataCellsFilter({ client: lakeFormation }, { Table })) {
    found.push(...(page.DataCellsFilters ?? []));
  }
  return found;
}

function give({ lakeFormation }: RegistrarWorld, principal: string, resource: Resource, ...permissions: Permission[]) {
  const Principal = { DataLakePrincipalIdentifier: principal };
  return lakeFormation.send(new GrantPermissionsCommand({ Principal, Resource: resource, Permissions: permissions }));
}

/** A deployed product with its tables, in force. */
async function deployed(world: RegistrarWorld, options: Parameters<typeof sampleProduct>[0] = {}) {
  const product = world.own(sampleProduct(options));
  const deployment = await world.deploy(product);
  await world.warehouse.provision(product);
  await world.registry.register(product, '2026-06-30T12:00:00Z');
  await world.grants.reconcile(product);
  return { product, deployment };
}

const OWN = [
  ...['ALTER', 'DELETE', 'DESCRIBE', 'INSERT', 'SELECT'].map((each) => `scans-location table db * ${each}`),
  'logistics database db DESCRIBE',
  'logistics table db * DESCRIBE',
  'logistics table db * SELECT',
  'scans-run database db CREATE_TABLE',
  'scans-run database db DESCRIBE',
  'scans-run table db * ALTER',
  'scans-run table db * DELETE',
  'scans-run table db * DESCRIBE',
  'scans-run table db * INSERT',
  'scans-run table db * SELECT',
];
const own = (world: RegistrarWorld) =>
  [...OWN, `scans-run location arn:aws:s3:::${world.name}-scans/data DATA_LOCATION_ACCESS`].sort();
const part = grant({ to: 'marketing', purpose: 'campaigns', columns: ['id'], rows: 'amount > 10' });
const whole = grant({ to: 'finances', purpose: 'audit' });

describe('grants', () => {
  test('let the run work on its own data and the owner read it, and nobody else', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world);
    expect(await heldOn(world, product)).toEqual(own(world));
  });

  test('show a team the columns and rows it was granted, with the processing time', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [part, whole] });
    expect(await heldOn(world, product)).toEqual(
      [
        ...own(world),
        'finances table db scans DESCRIBE',
        'finances table db scans SELECT',
        'marketing filter db scans FILTER SELECT',
      ].sort(),
    );
    expect(await filtersOf(world, product)).toMatchObject([
      { ColumnNames: ['id', '_recorded_at'], RowFilter: { FilterExpression: 'amount > 10' } },
    ]);
  });

  test('change with what is declared, and leave no filter behind', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [part, whole] });
    const narrower = world.own(sampleProduct({ grants: [{ ...part, rows: 'amount > 20' }] }));
    await world.registry.register(narrower, '2026-06-30T13:00:00Z');
    expect(await world.grants.reconcile(narrower)).toEqual({ added: 1, revoked: 2 });
    expect(await heldOn(world, product)).toEqual([...own(world), 'marketing filter db scans FILTER SELECT'].sort());
    expect(await filtersOf(world, product)).toMatchObject([{ RowFilter: { FilterExpression: 'amount > 20' } }]);
    await world.grants.reconcile(world.own(sampleProduct()));
    expect(await filtersOf(world, product)).toEqual([]);
    expect(await heldOn(world, product)).toEqual(own(world));
  });

  test('end with their last day, at the next reconciliation', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [{ ...whole, until: '2026-06-30' }] });
    expect(await heldOn(world, product)).toContain('finances table db scans SELECT');
    const later = await registrarWorld(new Date('2026-07-01T00:00:00Z'));
    const { readings } = later.grantsOptions;
    await reconcilePermissions({ ...world.grantsOptions, readings }, product);
    expect(await heldOn(world, product)).toEqual(own(world));
  });

  test('let the run of a registered consumer read what its team was granted for its purpose', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [part] });
    const input: PortInputModel = {
      kind: 'port',
      name: 'scans',
      product: product.id,
      port: 'scans',
      uri: '',
      purpose: 'campaigns',
      read: 'all',
    };
    const owner = { team: 'marketing', contact: 'm@opetence.example' };
    const consumer = { ...world.own(sampleProduct({ name: 'roi' })), inputs: [input], owner };
    await world.deploy(consumer);
    await world.registry.register(consumer, '2026-06-30T12:00:00Z');
    await world.grants.reconcile(product);
    expect(await heldOn(world, product)).toContain('roi-run filter db scans FILTER SELECT');
    await world.registry.register({ ...consumer, inputs: [] }, '2026-06-30T13:00:00Z');
    await world.grants.reconcile(product);
    expect((await heldOn(world, product)).filter((held) => held.startsWith('roi'))).toEqual([]);
  });

  test('come back when somebody took them away, and what somebody added goes', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [part, whole] });
    const before = await heldOn(world, product);
    const table = { DatabaseName: product.database, Name: 'scans' };
    await world.lakeFormation.send(
      new RevokePermissionsCommand({
        Principal: { DataLakePrincipalIdentifier: world.teamRoles.finances },
        Resource: { Table: table },
        Permissions: ['SELECT'],
      }),
    );
    const [filter] = await filtersOf(world, product);
    await world.lakeFormation.send(
      new UpdateDataCellsFilterCommand({ TableData: { ...filter!, RowFilter: { AllRowsWildcard: {} } } }),
    );
    const stranger = await world.role('stranger');
    await give(world, stranger, { TableWithColumns: { ...table, ColumnNames: ['id'] } }, 'SELECT');
    await give(world, stranger, { Table: { DatabaseName: product.database, TableWildcard: {} } }, 'SELECT', 'DESCRIBE');
    await give(world, 'IAM_ALLOWED_PRINCIPALS', { Table: table }, 'ALL');
    await give(world, 'IAM_ALLOWED_PRINCIPALS', { Database: { Name: product.database } }, 'ALL');
    const repaired = await reconcilePermissions(world.grantsOptions, product);
    expect(repaired.granted).toBe(1);
    expect(await heldOn(world, product)).toEqual(before);
    const { TableCatalogId, DatabaseName, TableName, Name } = filter!;
    const mended = await world.lakeFormation.send(
      new GetDataCellsFilterCommand({ TableCatalogId, DatabaseName, TableName, Name }),
    );
    expect(mended.DataCellsFilter!.RowFilter).toEqual({ FilterExpression: 'amount > 10' });
    expect(await reconcilePermissions(world.grantsOptions, product)).toEqual({ granted: 0, revoked: 0 });
  });

  test('may not be passed on', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [whole] });
    await world.lakeFormation.send(
      new BatchGrantPermissionsCommand({
        Entries: [
          {
            Id: '1',
            Principal: { DataLakePrincipalIdentifier: world.teamRoles.finances },
            Resource: { Table: { DatabaseName: product.database, Name: 'scans' } },
            Permissions: ['SELECT'],
            PermissionsWithGrantOption: ['SELECT'],
          },
        ],
      }),
    );
    await reconcilePermissions(world.grantsOptions, product);
    expect(await heldOn(world, product)).toContain('finances table db scans SELECT');
    expect(await reconcilePermissions(world.grantsOptions, product)).toEqual({ granted: 0, revoked: 0 });
  });

  test('leave admins, other products and staged tables alone', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world);
    const other = await deployed(world, { name: 'parcels', grants: [whole] });
    await world.warehouse.provision({ ...product, outputs: [{ ...product.outputs[0]!, table: 'staging_x' }] });
    const staged = { Table: { DatabaseName: product.database, Name: 'staging_x' } };
    await give(world, await world.role('somebody'), staged, 'SELECT');
    const before = await heldOn(world, other.product);
    await world.grants.reconcile(product);
    expect(await heldOn(world, product)).toContain('somebody table db staging_x SELECT');
    expect(await heldOn(world, other.product)).toEqual(before);
  });

  test('pass over roles that are gone', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [part, whole] });
    await world.iam.send(new DeleteRoleCommand({ RoleName: `${world.name}-finances` }));
    await reconcilePermissions({ ...(await fresh(world)) }, product);
    expect((await heldOn(world, product)).filter((held) => held.startsWith('finances'))).toEqual([]);
  });

  test('are thirty at once in force though some calls meet others', async () => {
    const world = await registrarWorld();
    const teams = Array.from({ length: 30 }, (_, index) => `team-${index}`);
    const roles = await Promise.all(teams.map(async (team) => [team, await world.role(team)] as const));
    const options = { ...world.grantsOptions, teamRoles: { ...world.teamRoles, ...Object.fromEntries(roles) } };
    const grants = teams.map((to, index) => grant({ to, purpose: 'p', columns: index % 2 ? ['id'] : undefined }));
    const product = world.own(sampleProduct({ grants }));
    await world.deploy(product);
    await world.warehouse.provision(product);
    await injectFaults({ BatchGrantPermissions: 25, BatchRevokePermissions: 5 });
    expect(await createGrants(options).reconcile(product)).toEqual({ added: 30, revoked: 0 });
    const selecting = (await heldOn(world, product)).filter((held) => /^team-\d+ .* SELECT$/.test(held));
    expect(selecting).toHaveLength(30);
    await injectFaults({ BatchGrantPermissions: 5, BatchRevokePermissions: 12 });
    expect(await createGrants(options).reconcile(world.own(sampleProduct()))).toEqual({ added: 0, revoked: 30 });
    expect(await heldOn(world, product)).toEqual(own(world));
    await injectFaults({ BatchGrantPermissions: 0, BatchRevokePermissions: 0 });
  });

  test('are the same when several reconcile at once', async () => {
    const world = await registrarWorld();
    const { product } = await deployed(world, { grants: [part, whole] });
    const before = await heldOn(world, product);
    const less = world.own(sampleProduct());
    await world.grants.reconcile(less);
    await Promise.all([1, 2, 3].map(() => world.grants.reconcile(product)));
    expect(await heldOn(world, product)).toEqual(before);
    expect(await world.grants.list(product.id)).toHaveLength(2);
  });

  test('are recorded only for a product that is not deployed', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct({ grants: [part] }));
    expect(await world.grants.reconcile(product)).toEqual({ added: 1, revoked: 0 });
    expect(await world.grants.list()).toEqual([{ product: product.id, port: 'scans', ...part }]);
    expect(await heldOn(world, product)).toEqual([]);
  });
});

/** Options that look roles up anew, as another process does. */
async function fresh(world: RegistrarWorld) {
  const { createRoleExists } = await import('../../../lib/adapters/aws/existing-roles.ts');
  return { ...world.grantsOptions, roleExists: createRoleExists(world.iam, world.account) };
}
