import { App, DefaultStackSynthesizer, LegacyStackSynthesizer } from 'aws-cdk-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { DataMesh, DataProduct, type ReadMesh } from '../../lib/cdk.ts';
import { newApp, ofType, readOpetence, snapshotOf, synthesise, type Template, templatesOf } from './synthesise.ts';

let read: ReadMesh;
let template: Template;
beforeAll(async () => {
  read = await readOpetence();
  const settings = { budgets: { logistics: 100 }, notifications: ['data@opetence.example'] };
  template = synthesise({ ...read, products: [] }, settings).OpetenceMesh!;
});

/** The one resource of a type. */
function only(type: string, of = template) {
  const found = ofType(of, type);
  expect(found).toHaveLength(1);
  return found[0]![1];
}

interface Statement {
  readonly Action: string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

/** What its roles may do. */
function statements(): Statement[] {
  const inline = ofType(template, 'AWS::IAM::Role').flatMap(
    ([, { Properties }]) => (Properties.Policies ?? []) as object[],
  );
  const beside = ofType(template, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties);
  return ([...inline, ...beside] as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
}

describe('the mesh stack', () => {
  test('is as it was reviewed', async () => {
    await expect(snapshotOf(template)).toMatchFileSnapshot('snapshots/mesh.template.json');
  });

  test('keeps what products look for under its name', () => {
    const names = ofType(template, 'AWS::SSM::Parameter').map(([, { Properties }]) => Properties.Name);
    const ending = ['bus-arn', 'registrar-arn', 'table', 'table-arn', 'topic-arn'];
    expect(names.sort()).toEqual(ending.map((name) => `/opetence/${name}`));
  });

  test('tells failures and quarantines to one topic, and nothing else', () => {
    const rule = ofType(template, 'AWS::Events::Rule').find(([id]) => id.startsWith('EventsFailed'))![1];
    expect(rule.Properties.EventPattern).toEqual({
      source: ['mesh.opetence'],
      'detail-type': ['mesh.run.failed', 'mesh.publication.quarantined'],
    });
    expect(only('AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'data@opetence.example',
    });
  });

  test('can restore its table, and keeps it whatever fails: a rollback could not delete what is protected', () => {
    const table = only('AWS::DynamoDB::Table');
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  test('calls the registrar every hour and the cost collector every day', () => {
    const schedules = ofType(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties.ScheduleExpression);
    expect(schedules.filter(Boolean).sort()).toEqual(['cron(30 1 * * ? *)', 'rate(1 hour)']);
  });

  test('budgets a domain by the tags of its mesh and its own', () => {
    expect(only('AWS::Budgets::Budget').Properties.Budget).toMatchObject({
      BudgetLimit: { Amount: 100, Unit: 'USD' },
      FilterExpression: {
        And: [{ Tags: { Key: 'mesh', Values: ['opetence'] } }, { Tags: { Key: 'domain', Values: ['logistics'] } }],
      },
    });
  });

  test('gives every team a role and a workgroup with results of its own', () => {
    const workgroups = ofType(template, 'AWS::Athena::WorkGroup').map(([, { Properties }]) => Properties.Name);
    expect(workgroups.sort()).toEqual(read.model.teams.map(({ name }) => `opetence-team-${name}`).sort());
    const trusted = JSON.stringify(ofType(template, 'AWS::IAM::Role'));
    for (const { name } of read.model.teams) expect(trusted).toContain(`"aws:PrincipalTag/opetence-team":"${name}"`);
    expect(trusted).toContain('"aws:PrincipalTag/opetence-team":"platform"');
  });

  test('narrows by a prefix only what IAM knows a prefix of', () => {
    const narrowed = statements().filter(({ Condition }) => JSON.stringify(Condition ?? '').includes('s3:prefix'));
    expect(new Set(narrowed.flatMap(({ Action }) => Action))).toEqual(new Set(['s3:ListBucket']));
  });

  test('lets the registrar delete a database with all that it could hold, as Glue wants it', () => {
    const [statement] = statements().filter(({ Action }) => Action.includes('glue:DeleteDatabase'));
    const resources = JSON.stringify(statement!.Resource);
    for (const kind of ['catalog', 'database/', 'table/', 'userDefinedFunction/'])
      expect(resources).toContain(`:${kind}`);
  });

  test('lets the registrar hand roles to Glue only', () => {
    const passes = statements().filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(passes.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
    ]);
  });

  test('describes a team’s role in the letters that IAM takes', () => {
    const [team] = read.model.teams;
    const model = { ...read.model, teams: [{ ...team!, description: 'Sees “all” – the shop’s 数据. Né à Łódź' }] };
    const roles = ofType(synthesise({ ...read, model, products: [] }).OpetenceMesh!, 'AWS::IAM::Role');
    expect(roles.map(([, { Properties }]) => Properties.Description)).toContain(
      `Sees "all" - the shop's ??. Né à ?ód?`,
    );
  });

  test.each(['default', 'aws-shop', 'ssmith'])('is refused under the name %s, which AWS keeps to itself', (name) => {
    const deploy = () => new DataMesh(newApp(), 'Mesh', { ...read, model: { ...read.model, name } });
    expect(deploy).toThrow(`\`${name}\` can't be the name of a mesh on AWS`);
  });

  test('leaves the lake’s settings to the registrar, which merges them', () => {
    expect(ofType(template, 'AWS::LakeFormation::DataLakeSettings')).toEqual([]);
    const { Admins } = only('Custom::DataLakeSettings').Properties as { Admins: object[] };
    expect(JSON.stringify(Admins[0])).toContain('cdk-hnb659fds-cfn-exec-role-');
    expect(Admins).toHaveLength(2);
  });

  test('takes the deployment’s role from the synthesizer, of any qualifier', () => {
    const app = new App({
      defaultStackSynthesizer: new DefaultStackSynthesizer({ qualifier: 'ours' }),
      outdir: newApp().outdir,
    });
    new DataMesh(app, 'OpetenceMesh', read);
    const { Admins } = only('Custom::DataLakeSettings', templatesOf(app).OpetenceMesh!).Properties;
    expect(JSON.stringify(Admins)).toContain('cdk-ours-cfn-exec-role-');
  });

  test('refuses a synthesizer that names no such role, unless admins are named', () => {
    const deploy = (admins?: string[]) => {
      const app = new App({ defaultStackSynthesizer: new LegacyStackSynthesizer(), outdir: newApp().outdir });
      return new DataMesh(app, 'OpetenceMesh', { ...read, admins });
    };
    expect(() => deploy()).toThrow(/nobody would be an admin of the lake; use the default synthesizer, or name/);
    expect(() => deploy(['arn:aws:iam::111122223333:role/Deployer'])).not.toThrow();
  });

  test('destroys its data only when told to', () => {
    const destroyed = synthesise({ ...read, products: [] }, { removal: 'destroy' }).OpetenceMesh!;
    const kept = { 'AWS::S3::Bucket': 'RetainExceptOnCreate', 'AWS::DynamoDB::Table': 'Retain' };
    for (const [type, policy] of Object.entries(kept)) {
      for (const [, { DeletionPolicy }] of ofType(destroyed, type)) expect(DeletionPolicy).toBe('Delete');
      for (const [, { DeletionPolicy }] of ofType(template, type)) expect(DeletionPolicy).toBe(policy);
    }
    expect(only('AWS::DynamoDB::Table', destroyed).Properties.DeletionProtectionEnabled).toBe(false);
  });
});

describe('an environment', () => {
  const environments = { dev: { account: '111122223333', region: 'eu-central-1' }, prod: {} };

  test('says where the mesh and its products go', () => {
    const app = newApp();
    const model = { ...read.model, environments };
    const mesh = new DataMesh(app, 'OpetenceMesh', { ...read, model, environment: 'dev' });
    const product = new DataProduct(mesh, read.products[0]!);
    expect([mesh.account, mesh.region]).toEqual(['111122223333', 'eu-central-1']);
    expect([product.account, product.region]).toEqual(['111122223333', 'eu-central-1']);
  });

  test('is refused when the mesh has others', () => {
    const model = { ...read.model, environments };
    const deploy = () => new DataMesh(newApp(), 'OpetenceMesh', { ...read, model, environment: 'test' });
    expect(deploy).toThrow('the mesh `opetence` has no environment `test`; name one of `dev`, `prod`');
  });
});

test('a budget of an unknown domain, or of nothing, is refused', () => {
  const deploy = (budgets: { [domain: string]: number }) => () =>
    new DataMesh(newApp(), 'OpetenceMesh', { ...read, budgets });
  expect(deploy({ sales: 10 })).toThrow(
    /there is a budget for `sales`, which is no domain of the mesh; name one of `eco/,
  );
  expect(deploy({ orders: 0 })).toThrow('the budget of `orders` is `0`; write dollars a month, more than 0');
});
