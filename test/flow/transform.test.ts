import { describe, expect, test } from 'vitest';
import { code, field, model, type ProductDeclaration, type TransformFunction } from '../../lib/index.ts';
import { type LoadedProduct, loadInline } from '../../lib/model/resolve/loaded-mesh.ts';
import { orderFields, orders, port } from '../model/declarations.ts';
import { expectPublished, kinds, smallMesh } from '../small-mesh.ts';

const fields = {
  id: field.string('Id').required(),
  whole: field.int('I'),
  big: field.long('L'),
  share: field.double('D'),
  flag: field.boolean('B'),
  price: field.decimal(6, 2, 'P'),
  day: field.date('D'),
  moment: field.timestamp('T'),
  bytes: field.binary('B'),
  words: field.list(field.string('W'), 'L'),
  place: field.struct({ x: field.int('X'), name: field.string('N') }, 'S'),
  counts: field.map(field.string('K'), field.long('V'), 'M'),
};

/** `sales/orders`, made by code that yields these rows once. */
function coded(changes: Partial<ProductDeclaration> = {}): LoadedProduct {
  const outputs = { orders: port({ fields, key: ['id'] }) };
  const loaded = loadInline(orders({ transform: code('transform.ts'), outputs, ...changes }));
  return { ...loaded, code: { file: 'sales/orders/transform.ts', hash: 'h' } };
}
const yielding = (...rows: object[]): TransformFunction<ProductDeclaration> =>
  async function* () {
    for (const row of rows) yield { port: 'orders', row } as never;
  };
async function made(transform: TransformFunction<ProductDeclaration>, product = coded()) {
  const mesh = await smallMesh([product], { transforms: { 'sales/orders': transform } });
  mesh.land('orders/1.ndjson', [
    { order_id: 'b', placed_on: '2026-01-02', amount: '2.00' },
    { order_id: 'a', placed_on: '2026-01-01', amount: null },
  ]);
  return { mesh, result: (await mesh.build())['sales/orders'] };
}

describe('code', () => {
  test('makes rows of every type, and nulls of what it leaves out', async () => {
    const row = {
      id: 'a',
      whole: -2_147_483_648,
      big: 9_223_372_036_854_775_807n,
      share: 0.1,
      flag: false,
      price: '-1234.50',
      day: '2024-02-29',
      moment: '2026-01-31 08:15:00.123456',
      bytes: new Uint8Array([0, 255]),
      words: ['x', null, ''],
      place: { x: 1, name: null },
      counts: new Map([['a', 1n]]),
    };
    const { mesh, result } = await made(yielding(row, { id: 'b' }));
    expectPublished(result);
    const snapshot = (await mesh.published('sales/orders'))!.outputs.orders!.snapshot;
    const [product] = mesh.model.products;
    const { name, table, fields: all } = product!.outputs[0]!;
    const binding = { kind: 'port', name, database: product!.database, table, snapshot, fields: all } as const;
    const read: object[] = [];
    for await (const each of mesh.ports.warehouse.readRows(binding, ['id'])) {
      read.push({ ...each, bytes: each.bytes && new Uint8Array(each.bytes as Uint8Array) });
    }
    const nothing = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
    expect(read).toMatchObject([row, { ...nothing, id: 'b' }]);
  });

  test.each<[string, object, string]>([
    ['no field', { id: 'a', colour: 'red' }, '`colour` is not in the contract'],
    ['a number for a string', { id: 5 }, 'is not string'],
    ['a fraction for an int', { id: 'a', whole: 1.5 }, 'is not int'],
    ['an int beyond 32 bits', { id: 'a', whole: 2 ** 31 }, 'is not int'],
    ['a number for a long', { id: 'a', big: 1 }, 'is not long'],
    ['a long beyond 64 bits', { id: 'a', big: 2n ** 63n }, 'is not long'],
    ['a text for a boolean', { id: 'a', flag: 'true' }, 'is not boolean'],
    ['a decimal with too many places', { id: 'a', price: '1.005' }, 'decimal(6, 2)'],
    ['a decimal that is too large', { id: 'a', price: '12345.00' }, 'decimal(6, 2)'],
    ['a day that is none', { id: 'a', day: '2026-02-30' }, 'date'],
    ['a time that is none', { id: 'a', moment: '2026-01-01 25:00:00' }, 'timestamp'],
    ['a Date for a timestamp', { id: 'a', moment: new Date(0) }, 'is not timestamp'],
    ['an object for a map', { id: 'a', counts: { a: 1n } }, 'is not map<string, long>'],
    ['a list of numbers', { id: 'a', words: [1] }, 'is not list<string>'],
    ['a struct with a field that it has not', { id: 'a', place: { x: 1, z: 2 } }, 'is not struct'],
  ])('is refused when it yields %s, naming product, port, field and row', async (_, row, says) => {
    const { mesh, result } = await made(yielding({ id: 'fine' }, row));
    expect(result).toMatchObject({ kind: 'failed', error: { where: { product: 'sales/orders' } } });
    const message = result?.kind === 'failed' ? result.error.message : '';
    expect(message).toContain(says);
    expect(message).toContain('row 2');
    expect(await mesh.published('sales/orders')).toBeUndefined();
  });

  test('is refused for a port that the product has not', async () => {
    const { result } = await made(async function* () {
      yield { port: 'nope', row: {} } as never;
    });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'wrong-row' } });
  });

  test('that throws fails its product alone, saying what it threw and where it stands', async () => {
    const throwing: TransformFunction<ProductDeclaration> = async function* () {
      yield { port: 'orders', row: { id: 'a' } } as never;
      throw new Error('out of luck');
    };
    const other = orders({ name: 'other', outputs: { orders: port() } });
    const mesh = await smallMesh([coded(), other], { transforms: { 'sales/orders': throwing } });
    mesh.land('orders/1.ndjson', [{ order_id: 'a', placed_on: '2026-01-01', amount: null }]);
    const results = await mesh.build();
    expect(kinds(results)).toEqual({ 'sales/orders': 'failed', 'sales/other': 'published' });
    expect(results['sales/orders']).toMatchObject({
      error: {
        code: 'run-failed',
        message: expect.stringContaining('out of luck'),
        where: { file: 'sales/orders/transform.ts' },
      },
    });
  });

  test('reads rows as its contract says, sorted when it asks', async () => {
    const copy: TransformFunction<ProductDeclaration> = async function* ({ inputs }) {
      for await (const row of inputs.drops!.orderedBy('placed_on')) yield { port: 'orders', row } as never;
    };
    const seen: unknown[] = [];
    const watched: TransformFunction<ProductDeclaration> = async function* (context) {
      for await (const each of copy(context)) {
        seen.push((each.row as { order_id: string }).order_id);
        yield each;
      }
    };
    const { mesh, result } = await made(watched, coded({ outputs: { orders: port({ fields: orderFields }) } }));
    expectPublished(result);
    expect(seen).toEqual(['a', 'b']);
    expect(await mesh.rows('sales/orders.orders')).toEqual([
      { order_id: 'a', placed_on: '2026-01-01', amount: null },
      { order_id: 'b', placed_on: '2026-01-02', amount: '2.00' },
    ]);
  });
});

test('a model is given its seed, and another seed makes another publication', async () => {
  const seeded: TransformFunction<ProductDeclaration> = async function* ({ seed }) {
    yield { port: 'orders', row: { id: `${seed}` } } as never;
  };
  const of = (seed: number) => coded({ transform: model('transform.ts', { seed }) });
  const { mesh, result } = await made(seeded, of(42));
  const first = expectPublished(result);
  expect(await mesh.query('SELECT id FROM orders')).toEqual([{ id: '42' }]);
  await mesh.declare(of(43));
  const second = expectPublished((await mesh.build())['sales/orders']);
  expect(second.publicationId).not.toBe(first.publicationId);
  expect(await mesh.query('SELECT id FROM orders')).toEqual([{ id: '43' }]);
});
