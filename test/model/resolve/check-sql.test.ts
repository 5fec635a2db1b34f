import { afterAll, describe, expect, test } from 'vitest';
import { createSqlChecker } from '../../../lib/adapters/local/sql-checker.ts';
import { field, grant, type QualityRule, rule, sql } from '../../../lib/index.ts';
import type { LoadedProduct } from '../../../lib/model/resolve/loaded-mesh.ts';
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

const checker = createSqlChecker();
afterAll(() => checker.close());

const product = 'sales/orders';
const file = 'sales/orders/orders.sql';
const where = { product, port: 'orders', file };

/** The product with its SQL in files beside it. */
function written(files: { [name: string]: string }, steps: readonly string[] = []): LoadedProduct {
  const texts = Object.entries(files).map(([name, text]) => [name, { file: `sales/orders/${name}.sql`, text }]);
  return { id: product, declaration: orders({ transform: sql({ steps }) }), sql: Object.fromEntries(texts) };
}

const refusals: { [title: string]: [LoadedProduct, Refusal] } = {
  'refuses SQL that does not parse, with its place': [
    written({ orders: 'SELECT order_id,\n  placed_on,\n  amount\nFRM drops' }),
    { code: 'sql-syntax', where: { ...where, line: 4, column: 10 }, says: ['does not parse'], fix: 'just before' },
  ],
  'refuses a table that is not declared, with its place': [
    written({ orders: 'SELECT order_id, placed_on, amount\nFROM dropps' }),
    {
      code: 'unknown-table',
      where: { ...where, line: 2, column: 6 },
      says: ['`dropps` is not declared'],
      fix: 'did you mean `drops`?',
    },
  ],
  'refuses a column that does not exist, with its place': [
    written({ orders: 'SELECT order_id,\n  placed_at AS placed_on, amount FROM drops' }),
    {
      code: 'unknown-column',
      where: { ...where, line: 2, column: 3 },
      says: ['`placed_at`'],
      fix: 'did you mean `placed_on`?',
    },
  ],
  'refuses a column that the contract promises and the SQL lacks': [
    written({ orders: 'SELECT order_id, placed_on FROM drops' }),
    { code: 'missing-column', where: { ...where, field: 'amount' }, says: ['no column `amount`'], fix: 'return it' },
  ],
  'refuses a column of another type, with its place': [
    written({ orders: 'SELECT order_id,\n  CAST(placed_on AS TIMESTAMP) AS placed_on,\n  amount FROM drops' }),
    {
      code: 'wrong-type',
      where: { ...where, field: 'placed_on', line: 2, column: 3 },
      says: ['returns timestamp for `placed_on`', 'promises date'],
      fix: 'CAST(… AS DATE)',
    },
  ],
  'refuses a decimal that would be rounded': [
    written({ orders: 'SELECT order_id, placed_on, CAST(amount AS DECIMAL(14, 3)) AS amount FROM drops' }),
    {
      code: 'wrong-type',
      where: { ...where, field: 'amount', line: 1, column: 29 },
      says: ['decimal(14, 3)', 'promises decimal(12, 2)'],
      fix: 'CAST(… AS DECIMAL(12, 2))',
    },
  ],
  'refuses a column that is not in the contract, with its place': [
    written({ orders: 'SELECT order_id, placed_on, amount,\n  amount AS amounts FROM drops' }),
    {
      code: 'unknown-column',
      where: { ...where, line: 2, column: 3 },
      says: ['`amounts`', 'did you mean `amount`?'],
      fix: '`fields`',
    },
  ],
  'refuses a port without SQL': [
    written({}),
    { code: 'no-sql', where: { product, port: 'orders' }, says: ['no SQL for `orders`'], fix: '`orders.sql` beside' },
  ],
  'refuses a step without SQL': [
    written({ orders: 'SELECT * FROM clean' }, ['clean']),
    { code: 'no-sql', where: { product }, says: ['no SQL for `clean`'], fix: '`clean.sql` beside' },
  ],
  'refuses what is wrong in a step, with its place': [
    written({ clean: 'SELECT order_id,\n nope FROM drops', orders: 'SELECT * FROM clean' }, ['clean']),
    {
      code: 'unknown-column',
      where: { product, file: 'sales/orders/clean.sql', line: 2, column: 2 },
      says: ['`nope`'],
      fix: '`order_id`',
    },
  ],
  'refuses a step that reads a later one': [
    written({ one: 'SELECT * FROM two', two: 'SELECT * FROM drops', orders: 'SELECT * FROM one' }, ['one', 'two']),
    {
      code: 'unknown-table',
      where: { product, file: 'sales/orders/one.sql', line: 1, column: 15 },
      says: ['`two` is not declared'],
      fix: '`drops`',
    },
  ],
  'refuses a step whose column no field could be': [
    written(
      {
        clean: "SELECT *, INTERVAL '1' DAY AS gap FROM drops",
        orders: 'SELECT order_id, placed_on, amount FROM clean',
      },
      ['clean'],
    ),
    {
      code: 'wrong-type',
      where: { product, file: 'sales/orders/clean.sql', line: 1, column: 11 },
      says: ['step `clean` returns INTERVAL for `gap`'],
      fix: 'CAST',
    },
  ],
  'refuses a function that differs between runs': [
    written({ orders: 'SELECT order_id, current_date AS placed_on, amount FROM drops' }),
    {
      code: 'unrepeatable-function',
      where: { ...where, line: 1, column: 18 },
      says: ['`current_date`'],
      fix: '_recorded_at',
    },
  ],
  'refuses a function that is not supported': [
    written({ orders: 'SELECT uper(order_id) AS order_id, placed_on, amount FROM drops' }),
    { code: 'unsupported-function', where: { ...where, line: 1, column: 8 }, says: ['`uper`'], fix: '`upper`' },
  ],
  'refuses more than one statement': [
    written({ orders: 'SELECT order_id, placed_on, amount FROM drops; DROP TABLE drops' }),
    {
      code: 'sql-statement',
      where: { ...where, line: 1, column: 46 },
      says: ['more than one statement'],
      fix: 'one SELECT',
    },
  ],
  'refuses what is no SELECT': [
    written({ orders: 'DELETE FROM drops' }),
    { code: 'sql-statement', where: { ...where, line: 1, column: 1 }, says: ['`DELETE`'], fix: 'one SELECT' },
  ],
};

describe('SQL', () => {
  test.each(Object.entries(refusals))('%s', async (_, [declared, refusal]) => {
    await expectRefusal(load([declared]), refusal, checker);
  });

  test('refuses a statement for what is no output port', async () => {
    const statements = { orders: 'SELECT order_id, placed_on, amount FROM drops', order: 'SELECT 1 AS one' };
    const refusal = {
      code: 'unknown-port',
      where: { product },
      says: ['`order`', 'did you mean `orders`?'],
      fix: '`orders`',
    };
    await expectRefusal(load([orders({ transform: sql({ statements }) })]), refusal, checker);
  });

  test('refuses a column that was not granted', async () => {
    const granting = orders({
      outputs: {
        orders: port({ grants: [grant({ to: 'care', purpose: 'answering', columns: ['order_id', 'placed_on'] })] }),
      },
    });
    const problems = await problemsOf(load([granting, cases()]), checker);
    expect(problems).toMatchObject([{ code: 'not-granted', where: { product: 'care/cases', port: 'orders' } }]);
    expect(problems[0]?.message).toContain('does not grant `amount` of `orders` to `care` for `answering`');
    expect(problems[0]?.fix).toContain('ask `sales` for `grant(');
  });

  test('reads system columns, of inputs and of drops', async () => {
    const file = orders({
      transform: sql({ statements: { orders: 'SELECT "_file" AS order_id, placed_on, amount FROM drops' } }),
    });
    const statement = 'SELECT order_id, CAST("_recorded_at" AS DATE) AS placed_on, amount FROM bought';
    const model = await resolve(
      load([file, cases({ transform: sql({ statements: { orders: statement } }) })]),
      checker,
    );
    expect(model.products[1]?.outputs[0]?.lineage).toContainEqual({
      field: 'placed_on',
      from: [{ input: 'bought', column: '_recorded_at' }],
    });
  });

  test('traces each field through steps to the columns of inputs', async () => {
    const clean = 'SELECT order_id, placed_on, amount, order_id AS copy FROM drops';
    const paid = 'SELECT copy AS order_id, max(placed_on) AS placed_on, max(amount) AS amount FROM clean GROUP BY copy';
    const model = await resolve(load([written({ clean, orders: paid }, ['clean'])]), checker);
    const [resolved] = model.products;
    expect(resolved?.outputs[0]?.lineage).toEqual(
      ['order_id', 'placed_on', 'amount'].map((column) => ({ field: column, from: [{ input: 'drops', column }] })),
    );
    expect(resolved?.transform).toEqual({
      kind: 'sql',
      steps: [{ name: 'clean', text: clean, file: 'sales/orders/clean.sql', reads: ['drops'] }],
      statements: [{ name: 'orders', text: paid, file, reads: ['clean'] }],
    });
  });

  test('takes a narrower type than the contract promises', async () => {
    const statement = 'SELECT order_id, placed_on, CAST(1 AS DECIMAL(3, 1)) AS amount FROM drops';
    const model = await resolve(load([written({ orders: statement })]), checker);
    expect(model.products).toHaveLength(1);
  });
});

describe('conditions', () => {
  const ruled = (quality: QualityRule) => load([orders({ outputs: { orders: port({ quality: [quality] }) } })]);
  const place = { product, port: 'orders' };

  test.each<[string, QualityRule, string, string, string]>([
    ['of another column', rule.row('r', 'amont > 0'), 'unknown-column', '`amont`', '`amount`'],
    ['that is no condition', rule.row('r', 'amount + 1'), 'invalid-rule', 'not a condition', 'true or false'],
    ['of several values', rule.row('r', 'amount > 0) AS a, (true'), 'sql-syntax', 'rule `r`', ''],
    ['of a row that aggregates', rule.row('r', 'count(*) > 0'), 'invalid-rule', 'rule `r`', '`rule.table`'],
    ['of a table that looks at single rows', rule.table('r', 'amount > 0'), 'invalid-rule', 'rule `r`', '`rule.row`'],
    ['of a table that is a number', rule.table('r', 'count(*)'), 'invalid-rule', 'not a condition', 'true or false'],
    [
      'that reads a table',
      rule.row('r', 'order_id IN (SELECT order_id FROM drops)'),
      'invalid-rule',
      'no table',
      '`rule.references`',
    ],
    [
      'that reads its own port',
      rule.table('r', 'max(amount) < (SELECT max(amount) FROM orders)'),
      'invalid-rule',
      'no table',
      '`rule.references`',
    ],
    [
      'that differs between runs',
      rule.row('r', 'placed_on <= current_date'),
      'unrepeatable-function',
      '`current_date`',
      '_recorded_at',
    ],
    ['that does not parse', rule.row('r', 'amount >'), 'sql-syntax', 'rule `r`', ''],
  ])('refuses one %s', async (_, quality, code, says, fix) => {
    await expectRefusal(ruled(quality), { code, where: place, says: [says], fix }, checker);
  });

  test('refuses rows of a grant that are no condition', async () => {
    const grants = [grant({ to: 'care', purpose: 'answering', rows: 'max(amount) > 0' })];
    const problems = await problemsOf(load([orders({ outputs: { orders: port({ grants }) } })]), checker);
    expect(problems).toMatchObject([{ code: 'invalid-rule', where: place }]);
    expect(problems[0]?.message).toContain('the grant to `care`');
  });

  test('takes conditions of rows and of the table, comments and all', async () => {
    const quality = [
      rule.row('a', "amount > 0 OR order_id LIKE 'x%' -- either"),
      rule.table('b', 'count(*) > 0 AND sum(amount) > 1'),
      rule.table('c', 'count(DISTINCT order_id) = count(*)'),
    ];
    const grants = [grant({ to: 'care', purpose: 'answering', rows: 'amount > 1' })];
    const fields = { ...orderFields, amount: field.decimal(12, 2, 'Paid') };
    const model = await resolve(load([orders({ outputs: { orders: port({ quality, grants, fields }) } })]), checker);
    expect(model.products[0]?.outputs[0]?.quality).toHaveLength(3);
  });
});
