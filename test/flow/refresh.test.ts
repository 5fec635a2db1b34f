import { describe, expect, test } from 'vitest';
import { wokenBy } from '../../lib/flow/wake.ts';
import { grant, type ProductDeclaration, sql } from '../../lib/index.ts';
import type { MeshEvent } from '../../lib/ports/bus.ts';
import { cases, drops, orders, port } from '../model/declarations.ts';
import { kinds, smallMesh } from '../small-mesh.ts';

const order = (order_id: string) => ({ order_id, placed_on: '2026-01-01', amount: '1.00' });
const granted = port({ grants: [grant({ to: 'care', purpose: 'answering' })] });
const second = orders({
  name: 'returns',
  inputs: { drops: { ...drops, path: 'returns' } },
  outputs: { orders: granted },
});
const both = (on: 'any' | 'all'): ProductDeclaration =>
  cases({
    inputs: {
      bought: { kind: 'port', product: 'sales/orders', port: 'orders', purpose: 'answering' },
      returned: { kind: 'port', product: 'sales/returns', port: 'orders', purpose: 'answering' },
    },
    refresh: { on },
    transform: sql({
      statements: {
        orders:
          'SELECT b.order_id, b.placed_on, b.amount FROM bought AS b LEFT JOIN returned AS r ON r.order_id = b.order_id WHERE r.order_id IS NULL',
      },
    }),
  });

describe('a product with two inputs', () => {
  test('waits until both are there', async () => {
    const mesh = await smallMesh([orders(), second, both('any')]);
    expect(kinds(await mesh.build())).toEqual({
      'sales/orders': 'waiting',
      'sales/returns': 'waiting',
      'care/cases': 'waiting',
    });
    mesh.land('orders/1.ndjson', [order('a'), order('b')]);
    const results = await mesh.build();
    expect(results['care/cases']).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('sales/returns') });
    expect(results['sales/returns']).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('`returns`') });
    mesh.land('returns/1.ndjson', [order('b')]);
    expect(kinds(await mesh.build())['care/cases']).toBe('published');
    expect(await mesh.rows('care/cases.orders')).toEqual([order('a')]);
  });

  test.each([
    ['any', ['published', 'published']],
    ['all', ['unchanged', 'published']],
  ] as const)('that wakes on %s of them does so when it should', async (on, expected) => {
    const mesh = await smallMesh([orders(), second, both(on)]);
    mesh.land('orders/1.ndjson', [order('a')]);
    mesh.land('returns/1.ndjson', [order('b')]);
    await mesh.build();
    mesh.land('orders/2.ndjson', [order('c')]);
    const first = kinds(await mesh.build())['care/cases'];
    mesh.land('returns/2.ndjson', [order('a')]);
    const next = kinds(await mesh.build())['care/cases'];
    expect([first, next]).toEqual(expected);
    expect(await mesh.rows('care/cases.orders')).toContainEqual(order('c'));
    expect(kinds(await mesh.build())['care/cases']).toBe('unchanged');
  });
});

describe('an event', () => {
  const event = (changes: Partial<MeshEvent>): MeshEvent => ({
    specversion: '1.0',
    id: '1',
    source: 'mesh://shop/sales/orders',
    type: 'mesh.publication.published',
    time: '2026-03-01T00:00:00Z',
    datacontenttype: 'application/json',
    data: { product: 'sales/orders', publicationId: 'new' },
    ...changes,
  });

  test('wakes who reads what was published, unless it has read it', async () => {
    const mesh = await smallMesh([orders(), second, both('any'), cases({ name: 'also', inputs: both('any').inputs })]);
    const woken = async (of: MeshEvent) => (await wokenBy(mesh.ports, mesh.model, of)).map(({ id }) => id);
    expect((await woken(event({}))).sort()).toEqual(['care/also', 'care/cases']);
    mesh.land('orders/1.ndjson', [order('a')]);
    mesh.land('returns/1.ndjson', [order('b')]);
    await mesh.build();
    const publicationId = (await mesh.published('sales/orders'))!.publicationId;
    expect(await woken(event({ data: { product: 'sales/orders', publicationId } }))).toEqual([]);
    expect((await woken(event({}))).sort()).toEqual(['care/also', 'care/cases']);
    expect(await woken(event({ type: 'mesh.publication.quarantined' }))).toEqual([]);
    expect(await woken(event({ type: 'mesh.schedule.due' }))).toEqual(['sales/orders']);
    expect(await woken(event({ type: 'mesh.source.landed', data: { product: 'sales/none' } }))).toEqual([]);
  });

  test('that comes twice, late or for nothing changes nothing', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    const before = await mesh.published('care/cases');
    for (const [index, publicationId] of ['x', 'x', before!.publicationId].entries()) {
      await mesh.ports.bus.announce(event({ id: `late-${index}`, data: { product: 'sales/orders', publicationId } }));
    }
    expect(kinds(await mesh.build())).toEqual({ 'sales/orders': 'unchanged', 'care/cases': 'unchanged' });
    expect(await mesh.published('care/cases')).toEqual(before);
  });
});
