import { expect, test } from 'vitest';
import { code, type Field, field } from '../../lib/index.ts';
import { loadInline } from '../../lib/model/resolve/loaded-mesh.ts';
import { orders, port } from '../model/declarations.ts';
import { expectPublished, smallMesh } from '../small-mesh.ts';

/** A value as it comes back from a port that code wrote it to. */
async function kept(nested: Field<never>, value: unknown): Promise<unknown> {
  const fields = { order_id: field.string('Id').required(), held: nested };
  const outputs = { orders: port({ fields }) };
  const loaded = loadInline(orders({ outputs, transform: code('transform.ts') }));
  const mesh = await smallMesh([{ ...loaded, code: { file: 'transform.ts', hash: 'h' } }], {
    transforms: {
      'sales/orders': async function* () {
        yield { port: 'orders', row: { order_id: 'a', held: value } } as never;
      },
    },
  });
  mesh.land('orders/1.ndjson', [{ order_id: 'a', placed_on: '2026-01-01', amount: '1.00' }]);
  expectPublished((await mesh.build())['sales/orders']);
  return (await mesh.rows('sales/orders.orders'))[0]?.held;
}

test('numbers within lists may be none, or infinite', async () => {
  const values = [Number.NaN, 1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null];
  expect(await kept(field.list(field.double('Share'), 'Shares') as never, values)).toEqual(values);
});

test('bytes within structs and lists stay what they are', async () => {
  const bytes = new Uint8Array([0, 1, 92, 120, 34, 255]);
  const type = field.struct({ all: field.list(field.binary('Bytes'), 'All') }, 'Held');
  const { all } = (await kept(type as never, { all: [bytes, null] })) as { all: (Uint8Array | null)[] };
  expect(all.map((each) => each && [...each])).toEqual([[...bytes], null]);
});
