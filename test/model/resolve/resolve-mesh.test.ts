import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineDomain, field, grant, type Output, type ProductDeclaration, rule, sql } from '../../../lib/index.ts';
import { findInputFields, findOutput, findProduct, MODEL_VERSION } from '../../../lib/model/mesh-model.ts';
import { loadInline } from '../../../lib/model/resolve/loaded-mesh.ts';
import { tryResolveMesh } from '../../../lib/model/resolve/resolve-mesh.ts';
import {
  cases,
  drops,
  load,
  orderFields,
  orders,
  port,
  problemsOf,
  reading,
  resolve,
  stubChecker,
} from '../declarations.ts';

describe('a sound mesh', () => {
  test('has every default, name and dependency filled in', async () => {
    const model = await resolve(load([cases(), orders()]));
    expect(model).toMatchObject({
      modelVersion: MODEL_VERSION,
      name: 'shop',
      environments: {},
      teams: [
        { name: 'sales', description: 'Owns sales' },
        { name: 'care', description: 'Owns care' },
        { name: 'analysts', description: 'Ask' },
      ],
    });
    const [provider, consumer] = model.products;
    expect(provider).toMatchObject({
      id: 'sales/orders',
      uri: 'mesh://shop/sales/orders',
      status: 'active',
      tags: [],
      policies: [],
      refresh: { on: 'any' },
      database: 'shop_sales_orders',
      stack: 'shop-sales-orders',
      inputs: [{ kind: 'source', name: 'drops', delimiter: ',', header: true, encoding: 'utf-8', read: 'new' }],
      outputs: [
        {
          name: 'orders',
          uri: 'mesh://shop/sales/orders/orders',
          table: 'orders',
          key: ['order_id'],
          quality: [],
          slo: {},
        },
      ],
    });
    expect(provider?.outputs[0]?.fields[0]).toEqual({
      name: 'order_id',
      type: { kind: 'string' },
      description: 'The order',
      required: true,
      unique: false,
      classification: 'internal',
      examples: [],
      severity: 'error',
    });
    expect(consumer?.inputs).toEqual([
      {
        kind: 'port',
        name: 'bought',
        product: 'sales/orders',
        port: 'orders',
        uri: 'mesh://shop/sales/orders/orders',
        purpose: 'answering',
        read: 'all',
      },
    ]);
    expect(findProduct(model, 'care/cases')).toBe(consumer);
    expect(findProduct(model, 'care/none')).toBeUndefined();
    expect(findOutput(consumer!, 'none')).toBeUndefined();
    expect(findInputFields(model, consumer!.inputs[0]!)).toBe(provider?.outputs[0]?.fields);
  });

  test('is plain JSON, frozen through and through, and shares nothing with its declarations', async () => {
    const declared = orders();
    const model = await resolve(load([declared]));
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value));
      Object.values(value).forEach(visit);
    };
    visit(model);
    expect(model.products[0]?.owner).not.toBe(declared.owner);
  });

  test('is the same from the same declarations', async () => {
    expect(await resolve(load([orders(), cases()]))).toEqual(await resolve(load([orders(), cases()])));
  });

  test.each([
    ['append', 'new', 'new'],
    ['upsert', 'new', 'all'],
    ['replace', 'all', 'all'],
  ] as const)('that publishes by %s reads sources "%s" and ports "%s"', async (mode, ofSource, ofPort) => {
    const inputs = { ...cases().inputs, drops };
    const model = await resolve(load([orders(), cases({ inputs, outputs: { orders: port({ mode }) } })]));
    const [bought, dropped] = findProduct(model, 'care/cases')!.inputs;
    expect([dropped?.read, bought?.read]).toEqual([ofSource, ofPort]);
  });

  test('has providers before consumers, otherwise as declared, in whatever order they come', async () => {
    const edges: { [id: string]: string[] } = {
      'sales/a': [],
      'sales/b': ['sales/a'],
      'sales/c': ['sales/a'],
      'sales/d': ['sales/b', 'sales/c'],
      'sales/e': [],
    };
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(edges), { minLength: 5 }), async (ids) => {
        const model = await resolve(load(ids.map((id) => reading(id, ...edges[id]!))));
        const order = model.products.map(({ id }) => id as string);
        expect([...order].sort()).toEqual(Object.keys(edges));
        for (const id of order)
          for (const from of edges[id]!) expect(order.indexOf(from)).toBeLessThan(order.indexOf(id));
      }),
      { numRuns: 30 },
    );
    const independent = ['sales/x', 'sales/w', 'sales/y'];
    const model = await resolve(load(independent.map((id) => reading(id))));
    expect(model.products.map(({ id }) => id)).toEqual(independent);
  });

  test('may be a chain of 5,000 products', async () => {
    const chain = Array.from({ length: 5_000 }, (_, index) =>
      index === 0 ? reading('sales/p0') : reading(`sales/p${index}`, `sales/p${index - 1}`),
    ).reverse();
    const started = performance.now();
    const model = await resolve(load(chain));
    expect(model.products).toHaveLength(5_000);
    expect(model.products[0]?.id).toBe('sales/p0');
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('may have a port of 10,000 columns', async () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, field.int('N')]));
    const wide = reading('sales/wide');
    const outputs = { orders: port({ fields: { ...orderFields, ...fields } }) };
    const model = await resolve(load([{ ...wide, declaration: { ...wide.declaration, outputs } }]));
    expect(model.products[0]?.outputs[0]?.fields).toHaveLength(10_003);
  });
});

describe('the fingerprint', () => {
  const print = async (changes: Partial<ProductDeclaration>, hash = 'h') => {
    const declared = loadInline(orders(changes));
    const loaded = load([{ ...declared, code: { file: 't.ts', hash } }]);
    return (await resolve(loaded)).products[0]!.fingerprint;
  };
  const ported = (changes: Partial<Output>) => ({ outputs: { orders: port(changes) } });
  const described = { ...orderFields, amount: field.decimal(12, 2, 'What was paid').min(0).examples('12.00') };
  const selected = 'SELECT order_id, placed_on, amount FROM drops';

  test.each<[string, Partial<ProductDeclaration>]>([
    ['the purpose', { purpose: 'Other words' }],
    ['tags', { tags: ['a'] }],
    ['the contact', { owner: { team: 'sales', contact: 'other' } }],
    ['the status', { status: 'draft' }],
    ['policies', { policies: [{ kind: 'max-classification', classification: 'internal' }] }],
    ['the schedule', { refresh: { on: 'all', schedule: 'rate(1 day)' } }],
    ['grants', ported({ grants: [grant({ to: 'care', purpose: 'selling' })] })],
    ['terms', ported({ terms: { usage: 'Freely' } })],
    ["a port's description", ported({ description: 'Other words' })],
    ["a field's description and examples", ported({ fields: described })],
    ["a source's description", { inputs: { drops: { ...drops, description: 'Other words' } } }],
    ["a source's fields' descriptions and examples", { inputs: { drops: { ...drops, fields: described } } }],
  ])('does not change with %s', async (_, changes) => {
    const grants = [grant({ to: 'care', purpose: 'answering' })];
    expect(await print(changes)).toBe(await print(ported({ grants })));
  });

  test("does not change with a rule's description", async () => {
    const ruled = (description?: string) => print(ported({ quality: [rule.row('r', 'amount > 0', { description })] }));
    expect(await ruled('Paid')).toBe(await ruled());
  });

  test('changes with everything that makes a result or promises something of it', async () => {
    const fields = { ...orderFields };
    const changes: Partial<ProductDeclaration>[] = [
      {},
      { version: '1.0.1' },
      { transform: sql({ statements: { orders: 'SELECT amount, placed_on, order_id FROM drops' } }) },
      { transform: sql({ steps: [{ name: 'clean', sql: selected }], statements: { orders: selected } }) },
      { transform: { kind: 'code', file: 't.ts' } },
      { transform: { kind: 'model', file: 't.ts', seed: 1 } },
      { transform: { kind: 'model', file: 't.ts', seed: 2 } },
      { inputs: { drops: { ...drops, path: 'other' } } },
      { inputs: { drops: { ...drops, format: 'parquet' } } },
      { inputs: { drops: { ...drops, format: 'csv' } } },
      { inputs: { drops: { ...drops, format: 'csv', delimiter: ';' } } },
      { inputs: { drops: { ...drops, format: 'csv', header: false } } },
      { inputs: { drops: { ...drops, format: 'csv', encoding: 'latin-1' } } },
      { inputs: { drops: { ...drops, read: 'all' } } },
      { inputs: { drops: { ...drops, fields: { ...fields, more: field.int('M') } } } },
      { inputs: { drops, also: drops } },
      ported({ mode: 'append' }),
      ported({ key: ['order_id', 'placed_on'] }),
      ported({ actualTime: 'placed_on' }),
      ported({ fields: { ...fields, amount: field.decimal(14, 2, 'Paid').min(0) } }),
      ported({ fields: { ...fields, amount: field.decimal(12, 2, 'Paid').min(1) } }),
      ported({ fields: { ...fields, amount: field.decimal(12, 2, 'Paid').min(0).required() } }),
      ported({ fields: { ...fields, amount: field.decimal(12, 2, 'Paid').min(0).warn() } }),
      ported({ quality: [rule.row('r', 'amount > 0')] }),
      ported({ quality: [rule.row('r', 'amount > 1')] }),
      ported({ quality: [rule.row('r', 'amount > 0', { severity: 'warning' })] }),
      ported({ slo: { volume: { minRows: 1 } } }),
      ported({ fields: { amount: fields.amount, placed_on: fields.placed_on, order_id: fields.order_id } }),
    ];
    const prints = await Promise.all(changes.map((change) => print(change)));
    expect(new Set(prints).size).toBe(changes.length);
    const coded = { transform: { kind: 'code', file: 't.ts' } } as const;
    expect(await print(coded, 'other')).not.toBe(await print(coded));
  });
});

describe('a mesh with problems', () => {
  test('is refused once with all of them, each with its place and its fix', async () => {
    const loaded = load(
      [
        orders({
          version: '1',
          outputs: { orders: port({ key: ['nope'], slo: { completeness: { fields: ['x'], share: 2 } } }) },
        }),
        orders({ name: 'Other', owner: { team: 'nobody', contact: 'c' } }),
        cases({ inputs: { bought: { kind: 'port', product: 'sales/none', port: 'orders' } } }),
        reading('sales/a', 'sales/b'),
        reading('sales/b', 'sales/a'),
      ],
      { entities: [{ name: 'small', description: 'd', key: 'k' }] },
    );
    const problems = await problemsOf({
      ...loaded,
      problems: [
        { code: 'throws', message: 'throws: no', where: { product: 'sales/thrown', file: 'p.ts' }, fix: 'mend it' },
      ],
    });
    expect(problems.map(({ code }) => code).sort()).toEqual(
      [
        'throws',
        'invalid-name',
        'invalid-name',
        'invalid-version',
        'unknown-key',
        'invalid-slo',
        'invalid-slo',
        'unknown-owner',
        'unknown-input',
        'cycle',
      ].sort(),
    );
  });

  test('tells what is wrong with SQL beside what is wrong with the rest', async () => {
    const wrong = sql({ statements: { orders: 'SELECT order_id, placed_on FROM drops' } });
    const problems = await problemsOf(
      load([orders({ version: 'one', transform: wrong }), cases({ transform: wrong })]),
    );
    expect(problems.map(({ code, where }) => `${code} ${where.product}`)).toEqual([
      'invalid-version sales/orders',
      'missing-column sales/orders',
      'broken-input care/cases',
      'wrong-type care/cases',
      'wrong-type care/cases',
      'missing-column care/cases',
    ]);
  });

  test('still gives the products that are sound', async () => {
    const loaded = load([orders({ version: 'x' }), cases(), reading('sales/sound')]);
    const { model, problems } = await tryResolveMesh(loaded, { sql: stubChecker });
    expect(model.products.map(({ id }) => id)).toEqual(['sales/sound']);
    expect(problems.map(({ code }) => code)).toEqual(['invalid-version', 'broken-input']);
  });

  test('gives no product when the names of the mesh or of its domain could not be used', async () => {
    const { model } = await tryResolveMesh(load([reading('sales/sound')], { name: 'My Shop' }), { sql: stubChecker });
    expect(model.products).toEqual([]);
    const domains = [defineDomain({ name: 'Sales', team: 'sales', contact: 'c', description: 'd' })];
    const teams = [{ name: 'care', description: 'd' }];
    const other = await tryResolveMesh(load([orders({ domain: 'Sales' })], { domains, teams }), { sql: stubChecker });
    expect(other.model.products).toEqual([]);
    expect(other.problems).toHaveLength(1);
  });

  test('is refused quickly, even when each of 1,000 products is wrong', async () => {
    const wrong = Array.from({ length: 1_000 }, (_, index) =>
      reading(`sales/product-${index}`, `sales/prodct-${index}x`),
    );
    // Work, not time: other tests run beside this one.
    const started = process.cpuUsage();
    expect(await problemsOf(load(wrong))).toHaveLength(1_000);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(10);
  });
});
