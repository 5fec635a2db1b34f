import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  GetTableOptimizerCommand,
  GetTablesCommand,
} from '@aws-sdk/client-glue';
import { GetResourceLFTagsCommand } from '@aws-sdk/client-lakeformation';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { readMetadata } from '../../../lib/adapters/aws/tables/iceberg-metadata.ts';
import { provisionTables } from '../../../lib/adapters/aws/tables/provision-tables.ts';
import { removeTables } from '../../../lib/adapters/aws/tables/remove-tables.ts';
import type { FieldModel, ProductModel } from '../../../lib/model/mesh-model.ts';
import { everyTypeProduct, sampleProduct } from '../../conformance/samples.ts';
import { type RegistrarWorld, registrarWorld } from './registrar-world.ts';

async function tableOf({ glue }: RegistrarWorld, product: ProductModel, name = product.outputs[0]!.table) {
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: product.database, Name: name }));
  return Table!;
}

async function metadataOf(world: RegistrarWorld, product: ProductModel) {
  const table = await tableOf(world, product);
  return readMetadata(world.s3, table.Parameters!.metadata_location!);
}

/** The first port with other fields. */
function withFields(
  product: ProductModel,
  change: (fields: readonly FieldModel[]) => readonly FieldModel[],
): ProductModel {
  return { ...product, outputs: product.outputs.map((port) => ({ ...port, fields: change(port.fields) })) };
}

/** With more ports like the first. */
function withPorts(product: ProductModel, ...names: string[]): ProductModel {
  const [port] = product.outputs;
  return { ...product, outputs: [port!, ...names.map((name) => ({ ...port!, name, table: name }))] };
}

const tablesIn = async ({ glue }: RegistrarWorld, product: ProductModel) =>
  (await glue.send(new GetTablesCommand({ DatabaseName: product.database }))).TableList!.map(({ Name }) => Name).sort();

describe('tables', () => {
  test('are made for every type, with ids, descriptions and the processing time', async () => {
    const world = await registrarWorld();
    const product = world.own(everyTypeProduct());
    const { bucket } = await world.deploy(product);
    await world.warehouse.provision(product);
    const table = await tableOf(world, product);
    expect(table.StorageDescriptor!.Location).toBe(`s3://${bucket}/data/every`);
    expect(table.Parameters!.table_type).toBe('ICEBERG');
    const types = Object.fromEntries(table.StorageDescriptor!.Columns!.map(({ Name, Type }) => [Name, Type]));
    expect(types).toMatchObject({
      a_decimal: 'decimal(38,10)',
      a_list: 'array<bigint>',
      a_struct: 'struct<name:string,size:int>',
      a_map: 'map<string,double>',
      _recorded_at: 'timestamp',
    });
    const { fields, lastColumnId, properties } = await metadataOf(world, product);
    expect(properties).toMatchObject({ 'cdk-data-mesh.product': product.id });
    expect(fields[0]).toMatchObject({ id: 1, name: 'id', type: 'string', doc: 'Id' });
    expect(fields.at(-1)).toMatchObject({ id: lastColumnId, name: '_recorded_at' });
    const { Database } = await world.glue.send(new GetDatabaseCommand({ Name: product.database }));
    expect(Database!.Parameters).toEqual({ 'cdk-data-mesh:mesh': world.name, 'cdk-data-mesh:product': product.id });
    expect(Database!.CreateTableDefaultPermissions ?? []).toEqual([]);
  });

  test('stay as they are when nothing changed', async () => {
    const world = await registrarWorld();
    const product = world.own(everyTypeProduct());
    await world.deploy(product);
    await world.warehouse.provision(product);
    const before = await tableOf(world, product);
    await world.warehouse.provision(product);
    const after = await tableOf(world, product);
    expect([after.VersionId, after.Parameters]).toEqual([before.VersionId, before.Parameters]);
  });

  test('take on more columns and wider types, and columns keep their ids', async () => {
    const world = await registrarWorld();
    const narrow = (fields: readonly FieldModel[]) =>
      fields.map((field) => (field.name === 'amount' ? { ...field, type: { kind: 'int' } as const } : field));
    const product = world.own(sampleProduct());
    await world.deploy(product);
    await world.warehouse.provision(withFields(product, narrow));
    const before = await metadataOf(world, product);
    const added = { ...product.outputs[0]!.fields[1]!, name: 'more' };
    await world.warehouse.provision(withFields(product, ([id, ...rest]) => [id!, added, ...rest]));
    const { fields } = await metadataOf(world, product);
    expect(fields.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'string'],
      ['more', 'long'],
      ['amount', 'long'],
      ['at', 'timestamp'],
      ['_recorded_at', 'timestamp'],
    ]);
    const idOf = (columns: typeof fields, name: string) => columns.find((field) => field.name === name)?.id;
    for (const name of ['id', 'amount', 'at', '_recorded_at'])
      expect(idOf(fields, name)).toBe(idOf(before.fields, name));
    expect(idOf(fields, 'more')).toBe(before.lastColumnId + 1);
  });

  test('drop columns, and give one that comes back with another type an id of its own', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    await world.deploy(product);
    await world.warehouse.provision(product);
    const { lastColumnId } = await metadataOf(world, product);
    const retyped = (field: FieldModel) => ({ ...field, type: { kind: 'string' } as const });
    await world.warehouse.provision(withFields(product, ([id, amount]) => [id!, retyped(amount!)]));
    const { fields } = await metadataOf(world, product);
    expect(fields.map(({ id, name }) => [id, name])).toEqual([
      [1, 'id'],
      [lastColumnId + 1, 'amount'],
      [lastColumnId, '_recorded_at'],
    ]);
  });

  test('are made once by two at once', async () => {
    const world = await registrarWorld();
    const product = withPorts(world.own(sampleProduct()), 'second', 'third');
    const place = await world.deploy(product);
    await Promise.all([1, 2, 3].map(() => provisionTables(world.context, product, place)));
    expect(await tablesIn(world, product)).toEqual(['scans', 'second', 'third']);
  });

  test('are adopted after the product was removed and its data kept', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    await world.deploy(product);
    await world.warehouse.provision(product);
    const before = await metadataOf(world, product);
    await world.deployments.remove(product.id);
    await expect(world.warehouse.provision(product)).rejects.toMatchObject({ code: 'not-deployed' });
    await world.deployments.put({ ...(await placeOf(world, product)) });
    await world.warehouse.provision(product);
    expect(await metadataOf(world, product)).toEqual(before);
  });

  test('carry the tags of their product, and columns those of their classification', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    await world.deploy(product);
    const personal = withFields(product, ([id, ...rest]) => [{ ...id!, classification: 'personal' }, ...rest]);
    await world.warehouse.provision(personal);
    const Table = { DatabaseName: product.database, Name: 'scans' };
    const tags = await world.lakeFormation.send(new GetResourceLFTagsCommand({ Resource: { Table } }));
    const plain = (pairs: typeof tags.LFTagOnDatabase) =>
      Object.fromEntries(pairs!.map(({ TagKey, TagValues }) => [TagKey, TagValues![0]]));
    expect(plain(tags.LFTagOnDatabase)).toEqual({ mesh: world.name, domain: 'logistics', product: 'logistics/scans' });
    const classes = tags.LFTagsOnColumns!.map(({ Name, LFTags }) => [Name, plain(LFTags).classification]);
    expect(Object.fromEntries(classes)).toEqual({
      id: 'personal',
      amount: 'internal',
      at: 'internal',
      _recorded_at: 'internal',
    });
  });

  test('are looked after once a week, and no snapshot expires by its age', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct({ retentionDays: 30 }));
    const { locationRoleArn } = await world.deploy(product);
    await world.warehouse.provision(product);
    await world.warehouse.provision(product);
    const optimizer = async (Type: 'compaction' | 'retention' | 'orphan_file_deletion') => {
      const key = { CatalogId: world.account, DatabaseName: product.database, TableName: 'scans', Type };
      return (await world.glue.send(new GetTableOptimizerCommand(key))).TableOptimizer!.configuration;
    };
    expect(await optimizer('compaction')).toMatchObject({ roleArn: locationRoleArn, enabled: true });
    await expect(optimizer('retention')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
    expect(await optimizer('orphan_file_deletion')).toMatchObject({
      enabled: true,
      orphanFileDeletionConfiguration: { icebergConfiguration: { runRateInHours: 168 } },
    });
  });
});

describe('tables refuse', () => {
  test('a database that is not the product’s, and touch nothing', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    const place = await world.deploy(product);
    await world.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: product.database } }));
    await expect(provisionTables(world.context, product, place)).rejects.toMatchObject({
      code: 'foreign-database',
      message: expect.stringContaining('was not made by this mesh'),
      where: { product: product.id },
    });
    expect(await tablesIn(world, product)).toEqual([]);
  });

  test('a database of another mesh', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    const place = await world.deploy(product);
    await provisionTables({ ...world.context, mesh: 'another' }, product, place);
    await expect(provisionTables(world.context, product, place)).rejects.toMatchObject({
      message: expect.stringContaining('belongs to logistics/scans of the mesh `another`'),
    });
  });

  test('a table that somebody else made, and make none of the others', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    const place = await world.deploy(product);
    await provisionTables(world.context, product, place);
    const more = withPorts(product, 'second', 'third');
    const StorageDescriptor = { Columns: [{ Name: 'a', Type: 'int' }], Location: 's3://elsewhere/x' };
    const TableInput = { Name: 'third', StorageDescriptor };
    await world.glue.send(new CreateTableCommand({ DatabaseName: product.database, TableInput }));
    await expect(provisionTables(world.context, more, place)).rejects.toMatchObject({
      code: 'foreign-table',
      where: { product: product.id, port: 'third' },
    });
    expect(await tablesIn(world, product)).toEqual(['scans', 'third']);
  });

  test('data in another bucket, and say how to adopt it', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    const place = await world.deploy(product);
    await provisionTables(world.context, product, place);
    const bucket = await world.bucketOf(`${world.name}-new`);
    await expect(provisionTables(world.context, product, { ...place, bucket })).rejects.toMatchObject({
      code: 'foreign-table',
      message: expect.stringContaining(`is in the bucket \`${place.bucket}\``),
      fix: expect.stringContaining(`\`bucket: '${place.bucket}'\` of DataProduct`),
    });
  });

  test('a place that is full of foreign files', async () => {
    const world = await registrarWorld();
    const product = withPorts(world.own(sampleProduct()), 'second');
    const place = await world.deploy(product);
    await world.putText(place.bucket, 'data/second/old.csv', 'a,b');
    await expect(provisionTables(world.context, product, place)).rejects.toMatchObject({
      code: 'foreign-files',
      message: expect.stringContaining(`s3://${place.bucket}/data/second/old.csv`),
    });
    await expect(world.glue.send(new GetDatabaseCommand({ Name: product.database }))).rejects.toThrow();
  });

  test('leave nothing new behind when one of several can’t be made', async () => {
    const world = await registrarWorld();
    const product = withPorts(world.own(sampleProduct()), 'second', 'third');
    const place = await world.deploy(product);
    const { glue } = world;
    const failing = {
      send: (command: object) =>
        command instanceof CreateTableCommand && command.input.Name === 'third'
          ? Promise.reject(new Error('no luck'))
          : glue.send(command as GetTableCommand),
    } as unknown as typeof glue;
    await expect(provisionTables({ ...world.context, glue: failing }, product, place)).rejects.toThrow('no luck');
    await expect(glue.send(new GetDatabaseCommand({ Name: product.database }))).rejects.toThrow();
    expect((await versionsIn(world, place.bucket)).length).toBe(0);
    await provisionTables(world.context, product, place);
    expect(await tablesIn(world, product)).toEqual(['scans', 'second', 'third']);
  });
});

describe('removing a product', () => {
  test('removes its tables, its database and every version of its objects', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    const place = await world.deploy(product);
    await provisionTables(world.context, product, place);
    await world.putText(place.bucket, 'landing/a.csv', '1');
    await world.putText(place.bucket, 'landing/a.csv', '2');
    await removeTables(world.context, product, place);
    await removeTables(world.context, product, place);
    expect(await versionsIn(world, place.bucket)).toEqual([]);
    await expect(world.glue.send(new GetDatabaseCommand({ Name: product.database }))).rejects.toThrow();
  });

  test('leaves what is not its own: files beside, tables of others in its database', async () => {
    const world = await registrarWorld();
    const product = world.own(sampleProduct());
    const place = await world.deploy(product);
    await provisionTables(world.context, product, place);
    const TableInput = { Name: 'theirs', StorageDescriptor: { Columns: [], Location: 's3://elsewhere/x' } };
    await world.glue.send(new CreateTableCommand({ DatabaseName: product.database, TableInput }));
    await world.putText(place.bucket, 'theirs.txt', 'x');
    await removeTables(world.context, product, place);
    expect(await versionsIn(world, place.bucket)).toEqual(['theirs.txt']);
    expect(await tablesIn(world, product)).toEqual(['theirs']);
  });
});

async function versionsIn({ s3 }: RegistrarWorld, Bucket: string) {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions, ...DeleteMarkers].map(({ Key }) => Key);
}

async function placeOf({ name, account }: RegistrarWorld, product: ProductModel) {
  const role = (of: string) => `arn:aws:iam::${account}:role/${name}-${product.name}-${of}`;
  const roles = { runRoleArn: role('run'), locationRoleArn: role('location') };
  const rest = { workGroup: name, removal: 'retain', manifestFingerprint: product.fingerprint } as const;
  return { product: product.id, bucket: `${name}-${product.name}`, ...roles, ...rest };
}
