import { describe, expect, test } from 'vitest';
import { defineDomain, defineEntity, field, rule, source, sql } from '../../../lib/index.ts';
import {
  Customer,
  drops,
  expectRefusal,
  load,
  orderFields,
  orders,
  port,
  problemsOf,
  type Refusal,
} from '../declarations.ts';

const product = 'sales/orders';
const where = { product, port: 'orders' };
const domain = (name: string, team = 'sales') => defineDomain({ name, team, contact: 'c', description: 'd' });

const refusals: { [title: string]: [Parameters<typeof load>, Refusal] } = {
  'refuses a product name with capitals': [
    [[orders({ name: 'Orders' })]],
    {
      code: 'invalid-name',
      where: { product: 'sales/Orders' },
      says: ['product name `Orders`'],
      fix: 'vendor-performance',
    },
  ],
  'refuses a product name that ends with a hyphen': [
    [[orders({ name: 'orders-' })]],
    { code: 'invalid-name', where: { product: 'sales/orders-' }, says: ['`orders-`'], fix: 'hyphens' },
  ],
  'refuses a stack name beyond what CloudFormation takes': [
    [[orders({ name: 'o'.repeat(118) })]],
    {
      code: 'invalid-name',
      where: { product: `sales/${'o'.repeat(118)}` },
      says: ['129 characters', '128'],
      fix: 'shorten',
    },
  ],
  'refuses a mesh name with underscores': [
    [[], { name: 'my_shop' }],
    { code: 'invalid-name', where: {}, says: ['mesh name `my_shop`'], fix: 'hyphens' },
  ],
  'refuses a team name that could not be a principal': [
    [[], { domains: [domain('sales', 'Sales Team')] }],
    { code: 'invalid-name', where: {}, says: ['team name `Sales Team`'], fix: 'hyphens' },
  ],
  'refuses an entity name in small letters': [
    [[], { entities: [defineEntity({ name: 'vendor', description: 'd', key: 'vendor_id' })] }],
    { code: 'invalid-name', where: {}, says: ['entity name `vendor`'], fix: '`Vendor`' },
  ],
  'refuses an input name with a hyphen': [
    [
      [
        orders({
          inputs: { 'raw-drops': drops },
          transform: sql({ statements: { orders: 'SELECT order_id, placed_on, amount FROM drops' } }),
        }),
      ],
    ],
    { code: 'invalid-name', where: { product }, says: ['input name `raw-drops`'], fix: 'underscores' },
  ],
  'refuses a field name with a space': [
    [[orders({ outputs: { orders: port({ fields: { ...orderFields, 'paid by': field.string('Who') } }) } })]],
    { code: 'invalid-name', where: { ...where, field: 'paid by' }, says: ['field name `paid by`'], fix: '`vendor_id`' },
  ],
  'refuses a field name within a struct that Glue would refuse': [
    [
      [
        orders({
          outputs: {
            orders: port({
              fields: { ...orderFields, to: field.list(field.struct({ 'a:b': field.int('N') }, 'S'), 'L') },
            }),
          },
        }),
      ],
    ],
    { code: 'invalid-name', where: { ...where, field: 'to' }, says: ['`a:b`'], fix: 'underscores' },
  ],
  'refuses a field name longer than Glue takes': [
    [[orders({ outputs: { orders: port({ fields: { ...orderFields, ['f'.repeat(256)]: field.int('N') } }) } })]],
    {
      code: 'invalid-name',
      where: { ...where, field: 'f'.repeat(256) },
      says: ['256 characters', '255'],
      fix: 'shorten',
    },
  ],
  "refuses a word that Athena's SQL keeps": [
    [[orders({ outputs: { orders: port({ fields: { ...orderFields, end: field.date('End') } }) } })]],
    { code: 'reserved-name', where: { ...where, field: 'end' }, says: ['reserved word'], fix: '`end_value`' },
  ],
  'refuses the name of a system column': [
    [[orders({ outputs: { orders: port({ fields: { ...orderFields, _recorded_at: field.timestamp('T') } }) } })]],
    { code: 'reserved-name', where: { ...where, field: '_recorded_at' }, says: ['system column'], fix: 'another name' },
  ],
  'refuses the name of a system column in a source': [
    [[orders({ inputs: { drops: source({ ...drops, fields: { ...orderFields, _file: field.string('F') } }) } })]],
    {
      code: 'reserved-name',
      where: { product, port: 'drops', field: '_file' },
      says: ['system column'],
      fix: 'another name',
    },
  ],
  'refuses a rule named like the one every key has': [
    [[orders({ outputs: { orders: port({ quality: [rule.row('key', 'amount > 0')] }) } })]],
    { code: 'reserved-name', where, says: ['rule `key`'], fix: 'rename' },
  ],
  'refuses two domains of one name': [
    [[], { domains: [domain('sales'), domain('sales')] }],
    { code: 'duplicate-name', where: {}, says: ['domain `sales`', 'more than once'], fix: 'rename' },
  ],
  'refuses two entities of one name': [
    [[], { entities: [Customer, Customer] }],
    { code: 'duplicate-name', where: {}, says: ['entity `Customer`'], fix: 'rename' },
  ],
  'refuses two teams of one name': [
    [
      [],
      {
        teams: [
          { name: 'x', description: 'd' },
          { name: 'x', description: 'e' },
        ],
      },
    ],
    { code: 'duplicate-name', where: {}, says: ['team `x`'], fix: 'rename' },
  ],
  'refuses two rules of one name': [
    [
      [
        orders({
          outputs: { orders: port({ quality: [rule.row('r', 'amount > 0'), rule.table('r', 'count(*) > 0')] }) },
        }),
      ],
    ],
    { code: 'duplicate-name', where, says: ['rule `r`'], fix: 'rename' },
  ],
  'refuses a key that names a field twice': [
    [[orders({ outputs: { orders: port({ key: ['order_id', 'order_id'] }) } })]],
    { code: 'duplicate-name', where, says: ['key field `order_id`'], fix: 'rename' },
  ],
  'refuses a step named like an input': [
    [
      [
        orders({
          transform: sql({ steps: ['drops'], statements: { orders: 'SELECT order_id, placed_on, amount FROM drops' } }),
        }),
      ],
    ],
    { code: 'duplicate-name', where: { product }, says: ['input or step `drops`'], fix: 'rename' },
  ],
  'refuses a step named like an output port, whose file it would share': [
    [[orders({ transform: sql({ steps: ['orders'] }) })]],
    { code: 'duplicate-name', where: { product }, says: ['step `orders`', '`orders.sql`'], fix: 'rename the step' },
  ],
};

describe('names', () => {
  test.each(Object.entries(refusals))('%s', async (_, [args, refusal]) => {
    await expectRefusal(load(...args), refusal);
  });

  test('refuses a product that is declared twice, naming both files', async () => {
    const [one] = load([orders()]).products;
    const problems = await problemsOf(load([{ ...one!, file: 'sales/orders/product.ts' }, one!]));
    expect(problems).toEqual([
      {
        code: 'duplicate-name',
        where: { product },
        message: 'is declared 2 times: in sales/orders/product.ts and the mesh itself',
        fix: 'rename or remove all but one',
      },
    ]);
  });

  test('refuses two products that would share a database, since hyphens become underscores', async () => {
    const changes = { domains: [domain('a'), domain('a-b')], teams: [{ name: 'care', description: 'd' }] };
    const problems = await problemsOf(
      load([orders({ domain: 'a', name: 'b-c' }), orders({ domain: 'a-b', name: 'c' })], changes),
    );
    expect(problems).toMatchObject([
      {
        code: 'duplicate-name',
        where: { product: 'a-b/c' },
        message: 'would share the database `shop_a_b_c` with a/b-c',
      },
    ]);
  });

  test('takes names that JavaScript has a meaning of its own for', async () => {
    const fields = { ...orderFields, constructor: field.string('Who built it'), value_of: field.string('V') };
    const declared = orders({
      inputs: { drops: source({ ...drops, fields }) },
      outputs: { constructor: port({ fields }) },
      transform: sql({
        statements: { constructor: 'SELECT order_id, placed_on, amount, constructor, value_of FROM drops' },
      }),
    });
    const other = orders({ outputs: { constructor: port() }, transform: sql() });
    expect(await problemsOf(load([other]))).toMatchObject([{ code: 'no-sql', where: { port: 'constructor' } }]);
    const twisted = orders({
      outputs: {
        orders: port({ actualTime: 'constructor', slo: { completeness: { fields: ['constructor'], share: 1 } } }),
      },
    });
    expect((await problemsOf(load([twisted]))).map(({ code }) => code)).toEqual(['invalid-actual-time', 'invalid-slo']);
    expect(declared.outputs).toHaveProperty('constructor');
    await problemsOf(load([declared, orders({ name: 'broken', version: 'x' })])).then((problems) =>
      expect(problems.map(({ where: { product: id } }) => id)).toEqual(['sales/broken']),
    );
  });
});
