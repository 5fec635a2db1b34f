import { describe, expect, test } from 'vitest';
import { code, input, type ProductDeclaration, source, sql } from '../../../lib/index.ts';
import { describeProblem } from '../../../lib/model/mesh-error.ts';
import { tryResolveMesh } from '../../../lib/model/resolve/resolve-mesh.ts';
import {
  cases,
  drops,
  expectRefusal,
  load,
  orderFields,
  orders,
  port,
  problemsOf,
  type Refusal,
  reading,
  resolve,
  stubChecker,
} from '../declarations.ts';

const product = 'sales/orders';
const dropped = (changes: object) => orders({ inputs: { drops: { ...drops, ...changes } as typeof drops } });
const reads = (id: string, from: string) =>
  cases({ inputs: { bought: { kind: 'port', product: id, port: from, purpose: 'answering' } } });

const refusals: { [title: string]: [ProductDeclaration[], Refusal] } = {
  'refuses a product without inputs': [
    [orders({ inputs: {}, transform: code('t.ts') })],
    { code: 'no-input', where: { product }, says: ['has no input'], fix: '`inputs`' },
  ],
  ...Object.fromEntries(
    ['', '/etc', '../secrets', 'a/../../b', 'a\\..\\..\\b', 'C:\\drops', '\\\\host\\drops'].map((path) => [
      `refuses the source path \`${path}\`, which leaves the landing folder`,
      [
        [dropped({ path })],
        {
          code: 'invalid-path',
          where: { product },
          says: ['source `drops`', `\`${path}\``],
          fix: 'logistics/tracking',
        },
      ] satisfies [ProductDeclaration[], Refusal],
    ]),
  ),
  'refuses a delimiter of what is not CSV': [
    [dropped({ delimiter: ';' })],
    {
      code: 'invalid-source',
      where: { product, port: 'drops' },
      says: ['ndjson, which has no `delimiter`'],
      fix: 'csv',
    },
  ],
  'refuses a delimiter that values would hold': [
    [dropped({ format: 'csv', delimiter: '"' })],
    { code: 'invalid-source', where: { product, port: 'drops' }, says: ['delimited'], fix: '`;`' },
  ],
  'refuses a product that is not in the mesh': [
    [orders(), reads('sales/order', 'orders')],
    {
      code: 'unknown-input',
      where: { product: 'care/cases' },
      says: ['input `bought` reads `sales/order`, which does not exist', 'did you mean `sales/orders`?'],
      fix: 'add that product',
    },
  ],
  'refuses a port that the provider does not have': [
    [orders(), reads(product, 'ordrs')],
    {
      code: 'unknown-input',
      where: { product: 'care/cases' },
      says: ['port `ordrs` of sales/orders, which has `orders`', 'did you mean `orders`?'],
      fix: 'name one of its ports',
    },
  ],
  'refuses a port that only JavaScript knows': [
    [orders(), reads(product, 'constructor')],
    { code: 'unknown-input', where: { product: 'care/cases' }, says: ['port `constructor`'], fix: 'name one' },
  ],
  'refuses to append what is read whole each time': [
    [orders({ inputs: { drops: { ...drops, read: 'all' } }, outputs: { orders: port({ mode: 'append' }) } })],
    {
      code: 'append-of-all',
      where: { product, port: 'orders' },
      says: ['each run would add the same facts again'],
      fix: "read: 'new'",
    },
  ],
  'refuses to append beside a full state, when neither is said to be made of the news': [
    [
      orders(),
      cases({
        outputs: { log: port({ mode: 'append' }), orders: port({ mode: 'replace' }) },
        transform: sql({
          statements: {
            log: 'SELECT order_id, placed_on, amount FROM bought',
            orders: 'SELECT order_id, placed_on, amount FROM bought',
          },
        }),
      }),
    ],
    {
      code: 'append-of-all',
      where: { product: 'care/cases', port: 'log' },
      says: ['each run would add the same facts again'],
      fix: "read: 'new'",
    },
  ],
};

describe('inputs', () => {
  test.each(Object.entries(refusals))('%s', async (_, [declared, refusal]) => {
    const problems = (await problemsOf(load(declared))).filter(({ code: kind }) => kind !== 'no-code');
    expect(problems.map(describeProblem)).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: refusal.code, where: refusal.where });
    for (const part of refusal.says) expect(problems[0]?.message).toContain(part);
    expect(problems[0]?.fix).toContain(refusal.fix);
  });

  test.each([';', '|', '\t', ' ', ','])('takes the delimiter %j', async (delimiter) => {
    const model = await resolve(load([dropped({ format: 'csv', delimiter })]));
    expect(model.products[0]?.inputs[0]).toMatchObject({ delimiter, header: true, encoding: 'utf-8' });
  });

  test('refuses code that is not there', async () => {
    await expectRefusal(load([orders({ transform: code('transform.ts') })]), {
      code: 'no-code',
      where: { product },
      says: ['no file `transform.ts`'],
      fix: 'beside the product’s file',
    });
  });
});

describe('cycles', () => {
  test('refuses a cycle, showing it', async () => {
    const loaded = load([reading('sales/a', 'sales/b'), reading('sales/b', 'sales/c'), reading('sales/c', 'sales/a')]);
    await expectRefusal(loaded, {
      code: 'cycle',
      where: { product: 'sales/a' },
      says: ['reads itself through sales/a → sales/b → sales/c → sales/a'],
      fix: 'remove one of these inputs',
    });
  });

  test('refuses a product that reads itself', async () => {
    await expectRefusal(load([reading('sales/a', 'sales/a')]), {
      code: 'cycle',
      where: { product: 'sales/a' },
      says: ['sales/a → sales/a'],
      fix: 'one way',
    });
  });

  test('tells a cycle once, though two inputs make it', async () => {
    const problems = await problemsOf(load([reading('sales/a', 'sales/b'), reading('sales/b', 'sales/a', 'sales/a')]));
    expect(problems.map(({ code: kind }) => kind)).toEqual(['cycle']);
  });

  test('leaves out whoever reads a cycle, directly or not, and says so; others go on', async () => {
    const loaded = load([
      reading('sales/a', 'sales/b'),
      reading('sales/b', 'sales/a'),
      reading('sales/reader', 'sales/b'),
      reading('sales/reader-of-reader', 'sales/reader'),
      reading('sales/sound'),
    ]);
    const { model, problems } = await tryResolveMesh(loaded, { sql: stubChecker });
    expect(model.products.map(({ id }) => id)).toEqual(['sales/sound']);
    expect(problems.map(({ code: kind, where }) => `${kind} ${where.product}`)).toEqual([
      'cycle sales/a',
      'broken-input sales/reader',
      'broken-input sales/reader-of-reader',
    ]);
  });

  test('leaves out all of two cycles that share a product', async () => {
    const loaded = load([
      reading('sales/a', 'sales/b', 'sales/d'),
      reading('sales/b', 'sales/c'),
      reading('sales/c', 'sales/a'),
      reading('sales/d', 'sales/c'),
    ]);
    const { model } = await tryResolveMesh(loaded, { sql: stubChecker });
    expect(model.products).toEqual([]);
  });
});

test('the declared types reach the inputs of a consumer', () => {
  const from = orders();
  expect(input(from, 'orders' as never)).toEqual({ kind: 'port', product, port: 'orders' });
  expect(source({ ...drops }).fields).toBe(orderFields);
});
