import { expect, test } from 'vitest';
import { code, field } from '../../lib/index.ts';
import { loadInline } from '../../lib/model/resolve/loaded-mesh.ts';
import { drops, orderFields, orders, port } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

test('an error in the ledger names no value that is personal', async () => {
  const fields = { order_id: field.string('Id').required(), age: field.int('Age').classified('personal') };
  const product = {
    ...loadInline(orders({ outputs: { orders: port({ fields }) }, transform: code('transform.ts') })),
    code: { file: 'transform.ts', hash: 'h' },
  };
  const mesh = await smallMesh([product], {
    transforms: {
      'sales/orders': async function* () {
        yield { port: 'orders', row: { order_id: 'a', age: 'jane@doe.example' } } as never;
      },
    },
  });
  mesh.land('orders/1.ndjson', [{ order_id: 'a', placed_on: '2026-01-01', amount: '1.00' }]);
  await mesh.build();
  const [entry] = await mesh.ports.ledger.entries();
  expect(entry).toMatchObject({
    outcome: 'failed',
    error: expect.stringContaining('a personal value (string) is not'),
  });
  expect(JSON.stringify(entry)).not.toContain('jane');
});

test('nor does it when a drop of personal fields cannot be read', async () => {
  const fields = { ...orderFields, age: field.int('Age').classified('personal') };
  const mesh = await smallMesh([orders({ inputs: { drops: { ...drops, fields } } })]);
  mesh.land('orders/1.ndjson', '{"order_id":"a","placed_on":"2026-01-01","amount":"jane@doe.example","age":1}\n');
  const result = (await mesh.build())['sales/orders'];
  expect(result).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('orders/1.ndjson') } });
  const [entry] = await mesh.ports.ledger.entries();
  expect(entry).toMatchObject({ outcome: 'failed', error: expect.stringContaining('orders/1.ndjson') });
  expect(JSON.stringify(entry)).not.toContain('jane');
});
