import { describe, expect, test } from 'vitest';
import { field, grant, type ProductDeclaration } from '../../../lib/index.ts';
import {
  cases,
  expectRefusal,
  load,
  orderFields,
  orders,
  port,
  problemsOf,
  type Refusal,
  resolve,
} from '../declarations.ts';

const product = 'sales/orders';
const where = { product, port: 'orders' };
const granting = (changes: Partial<Parameters<typeof grant>[0]>) =>
  orders({ outputs: { orders: port({ grants: [grant({ to: 'care', purpose: 'answering', ...changes })] }) } });

const refusals: { [title: string]: [ProductDeclaration, Refusal] } = {
  'refuses a domain that the mesh does not have': [
    orders({ domain: 'sale' }),
    {
      code: 'unknown-domain',
      where: { product: 'sale/orders' },
      says: ['`sale`', 'did you mean `sales`?'],
      fix: '`sales`, `care`',
    },
  ],
  'refuses a product without an owner': [
    orders({ owner: undefined as never }),
    { code: 'no-owner', where: { product }, says: ['no owner'], fix: 'owner: { team, contact }' },
  ],
  'refuses an owner without a contact': [
    orders({ owner: { team: 'sales', contact: ' ' } }),
    { code: 'no-owner', where: { product }, says: ['no owner'], fix: 'contact' },
  ],
  'refuses an owner that is no team': [
    orders({ owner: { team: 'sals', contact: 'c' } }),
    { code: 'unknown-owner', where: { product }, says: ['`sals`', 'did you mean `sales`?'], fix: "the mesh's `teams`" },
  ],
  'refuses an owner other than the team of the domain': [
    orders({ owner: { team: 'care', contact: 'c' } }),
    {
      code: 'foreign-owner',
      where: { product },
      says: ['owned by `care`', 'belongs to `sales`'],
      fix: 'make `sales` its owner',
    },
  ],
  ...Object.fromEntries(
    ['1.0', '1', 'v1.0.0', '01.0.0', '1.0.0.0', '1.0.0-', '1.0.0-a..b', '1.0.0-01', '1.0.0+build', ''].map(
      (version) => [
        `refuses the version \`${version}\``,
        [
          orders({ version }),
          { code: 'invalid-version', where: { product }, says: [`\`${version}\` is not semantic`], fix: '`1.0.0`' },
        ] satisfies [ProductDeclaration, Refusal],
      ],
    ),
  ),
  'refuses a deprecated product without an end': [
    orders({ status: 'deprecated' }),
    { code: 'invalid-status', where: { product }, says: ['without an end'], fix: 'endOfSupport' },
  ],
  'refuses an end of support that is no day of the calendar': [
    orders({ status: 'deprecated', endOfSupport: '2027-02-29' }),
    { code: 'invalid-day', where: { product }, says: ["`endOfSupport: '2027-02-29'`"], fix: '2027-12-31' },
  ],
  'refuses a schedule that EventBridge would refuse': [
    orders({ refresh: { on: 'any', schedule: 'rate(1 days)' } }),
    { code: 'invalid-schedule', where: { product }, says: ['rate(1 days)'], fix: '`rate(1 day)`' },
  ],
  'refuses a grant to an unknown team': [
    granting({ to: 'analyst' }),
    { code: 'unknown-team', where, says: ['`analyst`', 'did you mean `analysts`?'], fix: "the mesh's `teams`" },
  ],
  'refuses a grant without a purpose': [
    granting({ purpose: ' ' }),
    { code: 'no-purpose', where, says: ['`care` has no purpose'], fix: 'purpose' },
  ],
  'refuses a grant until no day': [
    granting({ until: 'tomorrow' }),
    { code: 'invalid-day', where, says: ["`until: 'tomorrow'`"], fix: '2027-12-31' },
  ],
  'refuses a grant of what is not a field': [
    granting({ columns: ['order_id', 'amont'] }),
    {
      code: 'invalid-grant',
      where: { ...where, field: 'amont' },
      says: ['`amont`', 'did you mean `amount`?'],
      fix: '`order_id`',
    },
  ],
  'refuses a grant of no column': [
    granting({ columns: [] }),
    { code: 'invalid-grant', where, says: ['shows no column'], fix: 'leave `columns` out' },
  ],
  'refuses a field above the classification that its own domain allows': [
    orders({
      outputs: {
        orders: port({ fields: { ...orderFields, amount: field.decimal(12, 2, 'Paid').classified('personal') } }),
      },
      policies: [{ kind: 'max-classification', classification: 'confidential' }],
    }),
    {
      code: 'policy',
      where: { ...where, field: 'amount' },
      says: ['is personal', 'at most confidential'],
      fix: 'policy',
    },
  ],
  'refuses a grant to a team that its own domain excludes': [
    orders({ policies: [{ kind: 'consumers', teams: ['analysts'] }] }),
    { code: 'policy', where, says: ['grants to `care`', 'allows `analysts`'], fix: 'remove the grant' },
  ],
};

describe('owners, grants and life', () => {
  test.each(Object.entries(refusals))('%s', async (_, [declared, refusal]) => {
    await expectRefusal(load([declared]), refusal);
  });

  test.each(['0.0.1', '1.0.0', '10.20.30', '1.0.0-alpha.1', '1.0.0-x-y.7.z'])(
    'takes the version %s',
    async (version) => {
      expect((await resolve(load([orders({ version })]))).products[0]?.version).toBe(version);
    },
  );

  test.each(['rate(1 minute)', 'rate(12 hours)', 'rate(30 days)', 'cron(0 6 * * ? *)'])(
    'takes the schedule %s',
    async (schedule) => {
      const model = await resolve(load([orders({ refresh: { on: 'all', schedule } })]));
      expect(model.products[0]?.refresh).toEqual({ on: 'all', schedule });
    },
  );

  test('refuses what another domain reads without a grant, for another purpose, or without a purpose', async () => {
    const read = (purpose?: string) =>
      cases({ inputs: { bought: { kind: 'port', product, port: 'orders', purpose } } });
    const place = { product: 'care/cases' };
    await expectRefusal(load([orders({ outputs: { orders: port() } }), read('answering')]), {
      code: 'not-granted',
      where: place,
      says: ['to `care` for no purpose', 'not for `answering`'],
      fix: "ask `sales` for `grant({ to: 'care', purpose: 'answering' })`",
    });
    await expectRefusal(load([orders(), read('selling')]), {
      code: 'not-granted',
      where: place,
      says: ['for `answering`, not for `selling`'],
      fix: "purpose: 'selling'",
    });
    await expectRefusal(load([orders(), read()]), {
      code: 'no-purpose',
      where: place,
      says: ['of another domain, without a purpose'],
      fix: 'purpose',
    });
  });

  test('lets a domain read its own products without grant and purpose', async () => {
    const declared = orders({
      name: 'totals',
      inputs: { bought: { kind: 'port', product, port: 'orders' } },
      transform: cases().transform,
    });
    const model = await resolve(load([declared, orders()]));
    expect(model.products.map(({ id }) => id)).toEqual([product, 'sales/totals']);
    expect(model.products[1]?.inputs[0]).toMatchObject({ purpose: 'own-domain' });
  });

  test('shows a consumer the columns that its grants add up to', async () => {
    const grants = [
      grant({ to: 'care', purpose: 'answering', columns: ['amount'] }),
      grant({ to: 'care', purpose: 'answering', columns: ['order_id'] }),
      grant({ to: 'care', purpose: 'selling', columns: ['placed_on'] }),
    ];
    const problems = await problemsOf(load([orders({ outputs: { orders: port({ grants }) } }), cases()]));
    // The stub gives columns that the consumer can't see no type.
    expect(problems).toMatchObject([{ code: 'wrong-type', where: { product: 'care/cases', field: 'placed_on' } }]);
  });
});
