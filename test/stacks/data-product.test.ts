import { Stack, Stage } from 'aws-cdk-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { DataMesh, DataProduct, type DataProductProps, type ReadMesh } from '../../lib/cdk.ts';
import { newApp, ofType, readOpetence, snapshotOf, type Template, templatesOf } from './synthesise.ts';

let read: ReadMesh;
beforeAll(async () => {
  read = await readOpetence();
});

function find(id: string) {
  return read.products.find((product) => product.id === id)!;
}

/** The template of one product, deployed from an app that knows the mesh's name only. */
function deploy(id: string, props: DataProductProps = {}): Template {
  const app = newApp();
  new DataProduct(DataMesh.fromName(app, 'opetence', read), find(id), props);
  return Object.values(templatesOf(app))[0]!;
}

function only(template: Template, type: string) {
  const found = ofType(template, type);
  expect(found).toHaveLength(1);
  return found[0]![1];
}

describe('a product’s stack', () => {
  test('is as it was reviewed, of SQL', async () => {
    const template = deploy('logistics/vendor-performance');
    await expect(snapshotOf(template)).toMatchFileSnapshot('snapshots/sql-product.template.json');
  });

  test('is as it was reviewed, of code', async () => {
    const template = deploy('logistics/shipments');
    await expect(snapshotOf(template)).toMatchFileSnapshot('snapshots/code-product.template.json');
  });

  test('learns of its mesh (and of the bootstrap) from parameters only, when it is deployed', () => {
    const { Parameters } = deploy('logistics/vendor-performance');
    const names = Object.values(Parameters!).filter(({ Type }) => Type === 'AWS::SSM::Parameter::Value<String>');
    expect(names.map(({ Default }) => Default)).toEqual([
      '/opetence/table',
      '/opetence/table-arn',
      '/opetence/bus-arn',
      '/opetence/registrar-arn',
      '/cdk-bootstrap/hnb659fds/version',
    ]);
  });

  test('wakes up for its registration, its providers’ publications, drops, and when it is due', () => {
    const patterns = (id: string) =>
      ofType(deploy(id), 'AWS::Events::Rule').map(([, { Properties }]) => Properties.EventPattern);
    const registered = (product: string) => ({
      source: ['mesh.opetence'],
      'detail-type': ['mesh.product.registered'],
      detail: { data: { product: [product] } },
    });
    expect(patterns('logistics/vendor-performance')).toEqual([
      registered('logistics/vendor-performance'),
      {
        source: ['mesh.opetence'],
        'detail-type': ['mesh.publication.published'],
        detail: { data: { product: expect.arrayContaining(['logistics/delivery-performance']) } },
      },
    ]);
    expect(patterns('logistics/shipments')).toEqual([
      registered('logistics/shipments'),
      {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [{ Ref: expect.stringMatching(/^StorageBucket/) }] },
          object: { key: [{ prefix: 'landing/' }] },
        },
      },
    ]);
    const app = newApp();
    const due = { ...find('logistics/shipments'), refresh: { on: 'any', schedule: 'rate(1 day)' } as const };
    new DataProduct(DataMesh.fromName(app, 'opetence', read), due);
    const rules = ofType(Object.values(templatesOf(app))[0]!, 'AWS::Events::Rule');
    expect(rules.map(([, { Properties }]) => Properties.ScheduleExpression)).toContain('rate(1 day)');
  });

  test('runs durably, through an alias on a version that stays unless its deployment is rolled back', () => {
    const template = deploy('logistics/vendor-performance', { runHours: 2, timeoutMinutes: 5, memoryMb: 4096 });
    expect(only(template, 'AWS::Lambda::Function').Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      DurableConfig: { ExecutionTimeout: 7200 },
      LoggingConfig: { LogFormat: 'JSON' },
      TracingConfig: { Mode: 'Active' },
      Timeout: 300,
      MemorySize: 4096,
    });
    expect(only(template, 'AWS::Lambda::Version')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    const [alias] = ofType(template, 'AWS::Lambda::Alias')[0]!;
    for (const [, { Properties }] of ofType(template, 'AWS::Events::Rule')) {
      expect(Properties.Targets).toMatchObject([{ Arn: { Ref: alias } }]);
    }
  });

  test('gets another version with other settings, and the same one with the same', () => {
    const version = (props?: DataProductProps) =>
      ofType(deploy('logistics/shipments', props), 'AWS::Lambda::Version')[0]![0];
    expect(version()).toBe(version({}));
    expect(version({ memoryMb: 512 })).not.toBe(version());
  });

  test('shares its code with every product of SQL', () => {
    const code = (id: string) => only(deploy(id), 'AWS::Lambda::Function').Properties.Code;
    expect(code('logistics/vendor-performance')).toEqual(code('marketing/roi'));
    expect(code('logistics/shipments')).not.toEqual(code('marketing/roi'));
  });

  test('registers only the part of its bucket that holds tables, with a role of its own', () => {
    const { Properties } = only(deploy('logistics/shipments'), 'AWS::LakeFormation::Resource');
    expect(Properties).toMatchObject({ UseServiceLinkedRole: false, HybridAccessEnabled: false });
    expect(JSON.stringify(Properties.ResourceArn)).toContain('"/data"');
  });

  test('is registered last of all, so that its event wakes it, and retired first of all', () => {
    const template = deploy('logistics/shipments');
    const [id, { DependsOn }] = ofType(template, 'Custom::DataProduct')[0]!;
    for (const type of [
      'AWS::LakeFormation::Resource',
      'AWS::Lambda::Alias',
      'AWS::Events::Rule',
      'AWS::Lambda::Permission',
    ]) {
      for (const [before] of ofType(template, type)) expect(DependsOn).toContain(before);
    }
    for (const [, resource] of Object.entries(template.Resources)) expect(resource.DependsOn ?? []).not.toContain(id);
  });

  test('takes a bucket that an earlier deployment kept', () => {
    const template = deploy('logistics/shipments', { bucket: 'opetence-logistics-shipments-kept' });
    expect(ofType(template, 'AWS::S3::Bucket')).toEqual([]);
    expect(only(template, 'Custom::DataProduct').Properties.Bucket).toBe('opetence-logistics-shipments-kept');
  });

  test('keeps its data unless it or the mesh says otherwise', () => {
    const of = (props: DataProductProps) => {
      const template = deploy('logistics/shipments', props);
      return [
        only(template, 'AWS::S3::Bucket').DeletionPolicy,
        only(template, 'Custom::DataProduct').Properties.Removal,
      ];
    };
    expect(of({})).toEqual(['RetainExceptOnCreate', 'retain']);
    expect(of({ removal: 'destroy' })).toEqual(['Delete', 'destroy']);
  });

  test('may read only the tables that it declares as inputs', () => {
    const roles = ofType(deploy('logistics/vendor-performance'), 'AWS::IAM::Role');
    const tables = [...JSON.stringify(roles).matchAll(/:table\/(opetence_[a-z_]+\/[a-z_*]+)/g)].map(
      ([, table]) => table!,
    );
    const own = 'opetence_logistics_vendor_performance/';
    const others = [...new Set(tables)].filter((table) => !table.startsWith(own)).sort();
    const declared = find('logistics/vendor-performance').inputs.flatMap((input) =>
      input.kind === 'port' ? [`opetence_${input.product.replace(/[/-]/g, '_')}/${input.port}`] : [],
    );
    expect(others).toEqual([...new Set(declared)].sort());
  });

  test('may look for the database `default`, as Athena does in its name', () => {
    const roles = JSON.stringify(ofType(deploy('logistics/vendor-performance'), 'AWS::IAM::Role'));
    expect(roles).toContain(':database/default');
  });

  test('is refused when it is of another mesh', () => {
    const deployed = () => new DataProduct(DataMesh.fromName(newApp(), 'other', read), find('logistics/shipments'));
    expect(deployed).toThrow(
      'its address is `mesh://opetence/logistics/shipments`, and it is deployed into the mesh `other`',
    );
  });

  test('is refused when it is made by code that nobody bundled', () => {
    const deployed = () => new DataProduct(DataMesh.fromName(newApp(), 'opetence'), find('logistics/shipments'));
    expect(deployed).toThrow(/pass the `transforms` that `readMesh` gives/);
  });
});

describe('products of one app', () => {
  test('depend on their mesh and never on each other', () => {
    const app = newApp();
    const mesh = new DataMesh(app, 'OpetenceMesh', read);
    const products = read.products.map((product) => new DataProduct(mesh, product));
    for (const product of products) expect(product.dependencies).toEqual([mesh]);
  });

  test('go where their mesh goes, into a stage too', () => {
    const stage = new Stage(newApp(), 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } });
    const mesh = new DataMesh(stage, 'OpetenceMesh', read);
    const product = new DataProduct(mesh, read.products[0]!);
    expect(Stage.of(product)).toBe(stage);
    expect([product.account, product.region]).toEqual(['111122223333', 'eu-west-1']);
    expect(Stack.of(product)).toBe(product);
  });
});
