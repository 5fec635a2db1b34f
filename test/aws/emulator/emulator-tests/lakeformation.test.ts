import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteTableCommand,
  GetTableCommand,
  GetTablesCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import {
  AddLFTagsToResourceCommand,
  BatchGrantPermissionsCommand,
  CreateDataCellsFilterCommand,
  CreateLFTagCommand,
  GetDataLakeSettingsCommand,
  GetResourceLFTagsCommand,
  GrantPermissionsCommand,
  LakeFormationClient,
  ListDataCellsFilterCommand,
  ListPermissionsCommand,
  type Permission,
  PutDataLakeSettingsCommand,
  RegisterResourceCommand,
  type Resource,
  RevokePermissionsCommand,
} from '@aws-sdk/client-lakeformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../start-emulator.ts';
import { makeRole } from './make-role.ts';

const DatabaseName = 'lf';
const ours = { name: 'AccessDeniedException', message: expect.stringContaining('Lake Formation') as unknown as string };
const table = (Name: string): Resource => ({ Table: { DatabaseName, Name } });

// Settings are the account's: these tests have an account of their own.
let emulator: Emulator;
let lake: LakeFormationClient;
let glue: GlueClient;
const before = { ...process.env };
beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
  lake = new LakeFormationClient({});
  glue = new GlueClient({});
  const closed = { CreateDatabaseDefaultPermissions: [], CreateTableDefaultPermissions: [] };
  await lake.send(new PutDataLakeSettingsCommand({ DataLakeSettings: closed }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
  await glue.send(create('orders'));
});
afterAll(async () => {
  Object.assign(process.env, before);
  await emulator?.stop();
});

const create = (Name: string, Location = 's3://lf-plain/orders') =>
  new CreateTableCommand({
    DatabaseName,
    TableInput: {
      Name,
      StorageDescriptor: { Location, Columns: ['id', 'secret'].map((each) => ({ Name: each, Type: 'string' })) },
    },
  });

/** A role that IAM allows everything. */
async function person() {
  const { arn, credentials } = await makeRole([{ Action: '*', Resource: '*' }]);
  const Principal = { DataLakePrincipalIdentifier: arn };
  return {
    arn,
    Principal,
    glue: new GlueClient({ credentials }),
    lake: new LakeFormationClient({ credentials }),
    grant: (Resource: Resource, ...Permissions: Permission[]) =>
      lake.send(new GrantPermissionsCommand({ Principal, Resource, Permissions })),
    revoke: (Resource: Resource, ...Permissions: Permission[]) =>
      lake.send(new RevokePermissionsCommand({ Principal, Resource, Permissions })),
  };
}

test('a role needs a permission of Lake Formation beside that of IAM', async () => {
  const { glue: theirs, grant } = await person();
  const get = new GetTableCommand({ DatabaseName, Name: 'orders' });
  await expect(theirs.send(get)).rejects.toMatchObject(ours);
  expect((await theirs.send(new GetTablesCommand({ DatabaseName }))).TableList).toEqual([]);
  await grant(table('orders'), 'DESCRIBE');
  await theirs.send(get);
  expect((await theirs.send(new GetTablesCommand({ DatabaseName }))).TableList).toHaveLength(1);
  const update = new UpdateTableCommand({ DatabaseName, TableInput: { Name: 'orders', Description: 'mine' } });
  await expect(theirs.send(update)).rejects.toMatchObject(ours);
  await expect(theirs.send(new DeleteTableCommand({ DatabaseName, Name: 'orders' }))).rejects.toMatchObject(ours);
});

test('whoever may create tables owns what they make, and what was granted on a table goes with it', async () => {
  const { glue: theirs, grant, arn } = await person();
  await expect(theirs.send(create('theirs'))).rejects.toMatchObject(ours);
  await grant({ Database: { Name: DatabaseName } }, 'CREATE_TABLE', 'DESCRIBE');
  await theirs.send(create('theirs'));
  const listed = () => lake.send(new ListPermissionsCommand({ Resource: table('theirs') }));
  expect(
    (await listed()).PrincipalResourcePermissions!.map((each) => each.Principal!.DataLakePrincipalIdentifier),
  ).toContain(arn);
  await theirs.send(new DeleteTableCommand({ DatabaseName, Name: 'theirs' }));
  expect((await listed()).PrincipalResourcePermissions).toEqual([]);
});

test('a table in a registered location needs access to the location', async () => {
  const location = 'arn:aws:s3:::lf-registered/data';
  await lake.send(new RegisterResourceCommand({ ResourceArn: location, RoleArn: (await person()).arn }));
  const { glue: theirs, grant } = await person();
  await grant({ Database: { Name: DatabaseName } }, 'CREATE_TABLE');
  await expect(theirs.send(create('far', 's3://lf-registered/data/far'))).rejects.toMatchObject(ours);
  await grant({ DataLocation: { ResourceArn: location } }, 'DATA_LOCATION_ACCESS');
  await theirs.send(create('far', 's3://lf-registered/data/far'));
});

test('only administrators grant, tag, and make filters; the settings ask IAM alone', async () => {
  const { lake: theirs, Principal, arn } = await person();
  const grant = new GrantPermissionsCommand({ Principal, Resource: table('orders'), Permissions: ['SELECT'] });
  const filter = new CreateDataCellsFilterCommand({
    TableData: {
      TableCatalogId: '000000000000',
      DatabaseName,
      TableName: 'orders',
      Name: 'f',
      ColumnNames: ['id'],
      RowFilter: { AllRowsWildcard: {} },
    },
  });
  for (const command of [grant, filter, new CreateLFTagCommand({ TagKey: 'x', TagValues: ['y'] })]) {
    await expect(theirs.send(command as typeof grant)).rejects.toMatchObject(ours);
  }
  const { DataLakeSettings } = await theirs.send(new GetDataLakeSettingsCommand({}));
  const admins = [{ DataLakePrincipalIdentifier: arn }];
  await theirs.send(
    new PutDataLakeSettingsCommand({ DataLakeSettings: { ...DataLakeSettings, DataLakeAdmins: admins } }),
  );
  await theirs.send(grant);
  await theirs.send(filter);
});

test('permissions are listed by resource, by principal, by type, and page by page', async () => {
  const { grant, revoke, Principal } = await person();
  await grant(table('orders'), 'SELECT', 'DESCRIBE');
  await grant({ Database: { Name: DatabaseName } }, 'DESCRIBE');
  const list = async (request: object) =>
    (await lake.send(new ListPermissionsCommand({ Principal, ...request }))).PrincipalResourcePermissions!;
  const shown = await list({ Resource: table('orders') });
  expect(shown.map(({ Resource, Permissions }) => [Object.keys(Resource!)[0], Permissions])).toEqual([
    ['TableWithColumns', ['SELECT']],
    ['Table', ['DESCRIBE']],
  ]);
  expect(await list({})).toHaveLength(3);
  expect(await list({ ResourceType: 'DATABASE' })).toHaveLength(1);
  expect(await list({ MaxResults: 2 })).toHaveLength(2);
  await revoke(shown[0]!.Resource!, 'SELECT');
  await expect(revoke(shown[0]!.Resource!, 'SELECT')).rejects.toMatchObject({ name: 'InvalidInputException' });
});

test('tags are inherited by tables and columns, until they have their own', async () => {
  await lake.send(new CreateLFTagCommand({ TagKey: 'class', TagValues: ['open', 'secret'] }));
  const tag = (Resource: Resource, value: string) =>
    lake.send(new AddLFTagsToResourceCommand({ Resource, LFTags: [{ TagKey: 'class', TagValues: [value] }] }));
  await tag({ Database: { Name: DatabaseName } }, 'open');
  await tag({ TableWithColumns: { DatabaseName, Name: 'orders', ColumnNames: ['secret'] } }, 'secret');
  const { LFTagsOnTable, LFTagsOnColumns } = await lake.send(
    new GetResourceLFTagsCommand({ Resource: table('orders') }),
  );
  expect(LFTagsOnTable).toMatchObject([{ TagKey: 'class', TagValues: ['open'] }]);
  expect(LFTagsOnColumns!.map(({ Name, LFTags }) => [Name, LFTags![0]!.TagValues])).toEqual([
    ['id', ['open']],
    ['secret', ['secret']],
  ]);
});

test('a batch tells which of its entries failed', async () => {
  const { Principal } = await person();
  const entry = (Id: string, name: string) => ({
    Id,
    Principal,
    Resource: table(name),
    Permissions: ['SELECT' as const],
  });
  const Entries = [entry('a', 'orders'), entry('b', 'none')];
  const { Failures } = await lake.send(new BatchGrantPermissionsCommand({ Entries }));
  expect(Failures).toMatchObject([{ RequestEntry: { Id: 'b' }, Error: { ErrorCode: 'EntityNotFoundException' } }]);
  await emulator.inject({ BatchGrantPermissions: 1 });
  const again = await lake.send(new BatchGrantPermissionsCommand({ Entries: [entry('c', 'orders')] }));
  expect(again.Failures![0]!.Error!.ErrorCode).toBe('ConcurrentModificationException');
  const many = Array.from({ length: 21 }, (_, index) => entry(`${index}`, 'orders'));
  await expect(lake.send(new BatchGrantPermissionsCommand({ Entries: many }))).rejects.toMatchObject({
    name: 'InvalidInputException',
  });
});

test('filters are listed page by page, and refused when they are of columns that are not there', async () => {
  const filter = (Name: string, column: string) =>
    lake.send(
      new CreateDataCellsFilterCommand({
        TableData: {
          TableCatalogId: '000000000000',
          DatabaseName,
          TableName: 'orders',
          Name,
          ColumnNames: [column],
          RowFilter: { FilterExpression: "id = 'a'" },
        },
      }),
    );
  for (const name of ['p1', 'p2']) await filter(name, 'id');
  await expect(filter('p3', 'none')).rejects.toMatchObject({ name: 'InvalidInputException' });
  await expect(filter('p1', 'id')).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  const Table = { CatalogId: '000000000000', DatabaseName, Name: 'orders' };
  const first = await lake.send(new ListDataCellsFilterCommand({ Table, MaxResults: 1 }));
  expect(first.DataCellsFilters).toHaveLength(1);
  expect(first.NextToken).toBeDefined();
});
