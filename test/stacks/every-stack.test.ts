import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { DataMesh, DataProduct, type ReadMesh, ShapeValidation } from '../../lib/cdk.ts';
import { oneOfEach } from '../../lib/stacks/one-of-each.ts';
import { EXPLAINED_FINDINGS } from './explained-findings.ts';
import { newApp, ofType, readOpetence, synthesise, type Template, templatesOf } from './synthesise.ts';

/** Types that cost nothing while nobody uses them, storage excepted. One that is not here has to be thought about. */
const FREE_AT_REST = [
  'AWS::Athena::WorkGroup',
  'AWS::Budgets::Budget',
  'AWS::CloudTrail::Trail',
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::LakeFormation::Resource',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'Custom::DataLakeSettings',
  'Custom::DataProduct',
];

const MOST_RESOURCES = 25;

let read: ReadMesh;
let templates: { [id: string]: Template };
beforeAll(async () => {
  read = await readOpetence();
  templates = synthesise(read, { budgets: { logistics: 100 }, notifications: ['data@opetence.example'] });
});

describe('every stack of Opetence', () => {
  test('has one template for the mesh and one for each product', () => {
    expect(Object.keys(templates)).toHaveLength(1 + read.model.products.length);
  });

  test('has 25 resources at most where it is a product’s', () => {
    const { OpetenceMesh: _, ...products } = templates;
    const counts = Object.values(products).map(({ Resources }) => Object.keys(Resources).length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_RESOURCES);
  });

  test('has nothing that bills while it is idle', () => {
    const types = new Set(
      Object.values(templates).flatMap(({ Resources }) => Object.values(Resources).map((r) => r.Type)),
    );
    expect([...types].filter((type) => !FREE_AT_REST.includes(type))).toEqual([]);
    const tables = Object.values(templates).flatMap((template) => ofType(template, 'AWS::DynamoDB::Table'));
    expect(tables.map(([, { Properties }]) => Properties.BillingMode)).toEqual(['PAY_PER_REQUEST']);
    const functions = JSON.stringify(Object.values(templates));
    expect(functions).not.toContain('ProvisionedConcurrency');
  });

  test('allows no action by a wildcard', () => {
    const actions = Object.values(templates).flatMap((template) => allowedActions(template));
    expect(actions.length).toBeGreaterThan(500);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('neither exports nor imports', () => {
    for (const template of Object.values(templates)) {
      expect(Object.values(template.Outputs ?? {}).filter((output) => 'Export' in output)).toEqual([]);
      expect(JSON.stringify(template)).not.toContain('Fn::ImportValue');
    }
  });

  test('gives nothing a name of its own, but what others look for by the mesh’s name', () => {
    const named = Object.values(templates).flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties }) =>
        ['BucketName', 'FunctionName', 'RoleName', 'TableName', 'QueueName', 'TopicName', 'LogGroupName']
          .filter((name) => typeof Properties?.[name] === 'string')
          .map((name) => `${Type} ${name}`),
      ),
    );
    expect(named).toEqual([]);
  });

  test('tags what takes a tag', () => {
    for (const [id, template] of Object.entries(templates)) {
      const mesh = id === 'OpetenceMesh';
      for (const type of ['AWS::S3::Bucket', 'AWS::Lambda::Function', 'AWS::Athena::WorkGroup', 'AWS::IAM::Role']) {
        for (const [, { Properties }] of ofType(template, type)) {
          const keys = (Properties.Tags as { Key: string }[]).map(({ Key }) => Key);
          expect(keys).toEqual(
            expect.arrayContaining(mesh ? ['environment', 'mesh'] : ['domain', 'environment', 'mesh', 'product']),
          );
        }
      }
    }
  });

  test('has only findings of cdk-nag that are explained, and no explanation without a finding', () => {
    const app = newApp();
    const mesh = new DataMesh(app, 'OpetenceMesh', { ...read, budgets: { logistics: 100 } });
    for (const product of read.products) new DataProduct(mesh, product);
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    const findings = violations.map(({ ruleName }) => ruleName);
    expect(findings.filter((finding) => !EXPLAINED_FINDINGS.some((each) => each.finding.test(finding)))).toEqual([]);
    const idle = EXPLAINED_FINDINGS.filter((each) => !findings.some((finding) => each.finding.test(finding)));
    expect(idle).toEqual([]);
  });

  test('passes CloudFormation’s validation', () => {
    const app = newApp();
    const mesh = new DataMesh(app, 'OpetenceMesh', { ...read, budgets: { logistics: 100 } });
    for (const product of read.products) new DataProduct(mesh, product);
    const stackTemplates = stackTemplatesOf(app);
    const report = new ShapeValidation().validate({ stackTemplates, templatePaths: [], appConstruct: app });
    expect(report.violations).toEqual([]);
  });
});

describe('validation once for each shape', () => {
  const add = (app: App, products: ReadMesh['products']) => {
    const mesh = new DataMesh(app, 'OpetenceMesh', read);
    // Lambda takes 128 MB and more.
    for (const product of products) {
      new DataProduct(mesh, product, { memoryMb: product.name === 'roi' ? 64 : 1024 });
    }
    return stackTemplatesOf(app);
  };
  const validate = (validation: ShapeValidation, stackTemplates: ReturnType<typeof stackTemplatesOf>) =>
    validation
      .validate({ stackTemplates, templatePaths: [], appConstruct: newApp() })
      .violations.flatMap(({ violatingResources }) => violatingResources.map(({ templatePath }) => templatePath));

  test('finds what one product of a shape has and the others have not', () => {
    const found = validate(new ShapeValidation(), add(newApp(), read.products));
    expect(found).toEqual([expect.stringContaining('/OpetenceMarketingRoi.template.json')]);
  });

  test('looks at no stack twice, and still tells what it found', () => {
    const validation = new ShapeValidation();
    const stackTemplates = add(newApp(), read.products);
    const found = validate(validation, stackTemplates);
    withoutNode(() => expect(validate(validation, stackTemplates)).toEqual(found));
  });

  test('has nothing left to do when one of each kind of product was validated', () => {
    const [few, others] = oneOfEach(read.products);
    expect(few!.length).toBeLessThan(others!.length);
    const validation = new ShapeValidation();
    const sound = (products: ReadMesh['products']) =>
      add(
        newApp(),
        products.map((each) => ({ ...each, name: 'any' })),
      );
    expect(validate(validation, sound(few!))).toEqual([]);
    withoutNode(() => expect(validate(validation, sound(read.products))).toEqual([]));
  });

  test('fails where the validator cannot run', () => {
    const stackTemplates = add(newApp(), read.products.slice(0, 1));
    withoutNode(() => expect(() => validate(new ShapeValidation(), stackTemplates)).toThrow(/ENOENT/));
  });

  function withoutNode(act: () => void): void {
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    try {
      act();
    } finally {
      process.execPath = execPath;
    }
  }
});

test('two meshes stand in one app, with the same products', () => {
  const app = newApp();
  const rename = JSON.parse(JSON.stringify(read).replaceAll('mesh://opetence/', 'mesh://second/')) as ReadMesh;
  for (const [name, { model, products, transforms }] of [
    ['opetence', read],
    ['second', rename],
  ] as const) {
    const named = { ...model, name };
    const mesh = new DataMesh(app, name === 'second' ? 'SecondMesh' : 'OpetenceMesh', { model: named, transforms });
    for (const product of products) {
      new DataProduct(mesh, { ...product, stack: product.stack.replace('opetence', name) });
    }
  }
  expect(Object.keys(templatesOf(app))).toHaveLength(2 * (1 + read.products.length));
});

/** As the validator is told of an app's stacks. */
function stackTemplatesOf(app: App) {
  const { directory } = app.synth();
  return Object.keys(templatesOf(app)).map((id) => ({
    stackConstructPath: id,
    templatePath: `${directory}/${id}.template.json`,
    accountId: undefined,
    region: undefined,
  }));
}

function allowedActions(template: Template): string[] {
  const documents = Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::IAM::Policy') return [Properties.PolicyDocument];
    if (Type !== 'AWS::IAM::Role') return [];
    return ((Properties.Policies ?? []) as { PolicyDocument: unknown }[]).map(({ PolicyDocument }) => PolicyDocument);
  });
  const statements = documents.flatMap((each) => (each as { Statement: { Action: string | string[] }[] }).Statement);
  return statements.flatMap(({ Action }) => Action);
}
