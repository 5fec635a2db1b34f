import { describe, expect, test } from 'vitest';
import { field, type QualityRule, rule, sql } from '../../lib/index.ts';
import { cases, orderFields, orders, port } from '../model/declarations.ts';
import { expectPublished, kinds, smallMesh } from '../small-mesh.ts';

const order = (order_id: string | null, amount: string | null = '1.00') => ({
  order_id,
  placed_on: '2026-01-01',
  amount,
});
const transform = sql({ statements: { orders: 'SELECT order_id, placed_on, amount FROM drops' } });
const entries = async (mesh: Awaited<ReturnType<typeof smallMesh>>) =>
  (await mesh.ports.ledger.entries({ kind: 'run', product: 'sales/orders' })).map((entry) =>
    entry.kind === 'run' ? entry.outcome : entry.kind,
  );

describe('a result that breaks its contract', () => {
  test('is kept aside with its findings; consumers go on with the last good one', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    const good = await mesh.published('sales/orders');
    mesh.land('orders/2.ndjson', [order('b', '-5.00'), order('c', '-6.00'), order(null)]);
    const results = await mesh.build();
    expect(kinds(results)).toEqual({ 'sales/orders': 'quarantined', 'care/cases': 'unchanged' });
    expect(results['sales/orders']?.findings).toMatchObject([
      { rule: 'order_id:required', field: 'order_id', severity: 'error', count: 1, share: 1 / 3 },
      {
        rule: 'amount:min',
        field: 'amount',
        severity: 'error',
        count: 2,
        examples: ['order_id=b, amount=-5.00', 'order_id=c, amount=-6.00'],
      },
    ]);
    expect(await mesh.published('sales/orders')).toEqual(good);
    expect(await mesh.rows('sales/orders.orders')).toEqual([order('a')]);
    const kept = (await mesh.ports.registry.find('sales/orders'))?.quarantined;
    expect(kept).toMatchObject({ findings: results['sales/orders']?.findings });
    expect(kept?.snapshot.length).toBeGreaterThan(0);
    expect(await entries(mesh)).toEqual(['quarantined', 'published']);
  });

  test('is not made again until an input changes, unless one asks for it', async () => {
    const mesh = await smallMesh([orders()]);
    mesh.land('orders/1.ndjson', [order('a', '-5.00')]);
    expect((await mesh.build())['sales/orders']).toMatchObject({ kind: 'quarantined', again: false });
    expect((await mesh.build())['sales/orders']).toMatchObject({
      kind: 'quarantined',
      again: true,
      findings: [{ rule: 'amount:min' }],
    });
    expect(await entries(mesh)).toHaveLength(1);
    expect((await mesh.build({ retry: true }))['sales/orders']).toMatchObject({ kind: 'quarantined', again: false });
    expect(await entries(mesh)).toHaveLength(2);
  });

  test('gives way to a good one, which reads its drops again', async () => {
    const mesh = await smallMesh([orders({ transform })]);
    mesh.land('orders/1.ndjson', [order('a', '-5.00')]);
    await mesh.build();
    const mended = sql({
      statements: { orders: 'SELECT order_id, placed_on, CAST(abs(amount) AS DECIMAL(12, 2)) AS amount FROM drops' },
    });
    await mesh.declare(orders({ transform: mended }));
    expectPublished((await mesh.build())['sales/orders']);
    expect(await mesh.rows('sales/orders.orders')).toEqual([order('a', '5.00')]);
    expect((await mesh.ports.registry.find('sales/orders'))?.quarantined).toBeUndefined();
  });

  test('of the first run leaves its consumers waiting', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', [order('a', '-5.00')]);
    const results = await mesh.build();
    expect(results['care/cases']).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('sales/orders') });
  });

  test('does not stop when its rules only warn', async () => {
    const fields = { ...orderFields, amount: field.decimal(12, 2, 'Paid').min(0).warn() };
    const quality = [rule.row('small', 'amount < 3', { severity: 'warning' })];
    const mesh = await smallMesh([orders({ outputs: { orders: port({ fields, quality }) } })]);
    mesh.land('orders/1.ndjson', [order('a', '-5.00'), order('b', '4.00')]);
    const result = expectPublished((await mesh.build())['sales/orders']);
    expect(result.findings.map(({ rule: name, severity, count }) => [name, severity, count])).toEqual([
      ['amount:min', 'warning', 1],
      ['small', 'warning', 1],
    ]);
  });

  test('hides values that must not travel', async () => {
    const fields = { ...orderFields, amount: field.decimal(12, 2, 'Paid').min(0).classified('personal') };
    const mesh = await smallMesh([orders({ outputs: { orders: port({ fields }) } })]);
    mesh.land('orders/1.ndjson', [order('a', '-5.00')]);
    const [finding] = (await mesh.build())['sales/orders']!.findings;
    expect(finding?.examples).toEqual(['order_id=a, amount=(personal)']);
    expect(JSON.stringify(finding)).not.toContain('-5');
  });
});

describe('every rule', () => {
  const fields = {
    id: field.string('Id').required(),
    text: field.string('T').minLength(2).maxLength(3).pattern('^[a-z]+$').oneOf('ab', 'abc'),
    whole: field.int('N').min(1).max(9).oneOf(1, 2, 9).unique(),
    day: field.date('D').min('2026-01-01').max('2026-01-31'),
    happened: field.timestamp('T').min('2026-01-01 00:00:00'),
    flag: field.boolean('F').oneOf(true),
    share: field.double('S').min(0).max(1),
    price: field.decimal(10, 2, 'P').oneOf('1.10', '2.20'),
    big: field.long('B').max(5),
  };
  const good = {
    id: 'a',
    text: 'ab',
    whole: 1,
    day: '2026-01-01',
    happened: '2026-01-01 00:00:00',
    flag: true,
    share: 0.5,
    price: '1.10',
    big: 5,
  };
  const statement = `SELECT ${Object.keys(fields).join(', ')} FROM drops`;
  const made = (quality: QualityRule[] = []) =>
    orders({
      inputs: { drops: { ...orders().inputs.drops!, kind: 'source', fields } as never },
      outputs: { orders: port({ fields, key: ['id'], quality }) },
      transform: sql({ statements: { orders: statement } }),
    });
  const broken = async (rows: object[], quality?: QualityRule[]) => {
    const mesh = await smallMesh([made(quality)]);
    mesh.land('orders/1.ndjson', rows as never);
    const result = (await mesh.build())['sales/orders']!;
    if (result.kind === 'failed') throw result.error;
    return Object.fromEntries(result.findings.map(({ rule: name, count }) => [name, count]));
  };

  test('holds for good rows and for nulls', async () => {
    expect(await broken([good, { id: 'b' }])).toEqual({});
  });

  test('is measured, all of a port together', async () => {
    const bad = {
      id: 'b',
      text: 'A',
      whole: 10,
      day: '2025-12-31',
      happened: '2025-12-31 23:59:59',
      flag: false,
      share: 1.5,
      price: '3.30',
      big: 6,
    };
    expect(
      await broken([
        good,
        bad,
        { ...good, id: null },
        { ...good, text: 'abcd', day: '2026-02-01', whole: 0, share: -1 },
      ]),
    ).toEqual({
      'id:required': 1,
      key: 1,
      'text:min-length': 1,
      'text:max-length': 1,
      'text:pattern': 1,
      'text:one-of': 2,
      'whole:min': 1,
      'whole:max': 1,
      'whole:one-of': 2,
      'whole:unique': 1,
      'day:min': 1,
      'day:max': 1,
      'happened:min': 1,
      'flag:one-of': 1,
      'share:min': 1,
      'share:max': 1,
      'price:one-of': 1,
      'big:max': 1,
    });
  });

  test('of rows counts null as broken, of the table is once', async () => {
    const quality = [
      rule.row('small', 'whole < 5'),
      rule.table('few', 'count(*) < 2'),
      rule.table('none', 'sum(whole) > 0'),
    ];
    expect(await broken([{ ...good, whole: 9 }, { id: 'b' }], quality)).toEqual({ small: 2, few: 1 });
    expect(await broken([{ id: 'b' }], [rule.table('none', 'sum(whole) > 0')])).toEqual({ none: 1 });
  });

  test('of references tolerates the share that it says, and looks at no nulls', async () => {
    const to = (minShare: number) => [rule.references('known', ['text'], 'drops', ['id'], { minShare })];
    const rows = [{ id: 'ab', text: 'ab' }, { id: 'b', text: 'abc' }, { id: 'c' }, { id: 'd', text: 'ab' }];
    expect(await broken(rows, to(1))).toEqual({ known: 1 });
    expect(await broken(rows, to(0.75))).toEqual({});
    expect(await broken(rows, to(0.8))).toEqual({ known: 1 });
  });
});
