import { expect, test } from 'vitest';
import { run } from '../../lib/flow/run.ts';
import { AnotherWaits } from '../../lib/ports/journal.ts';
import { orders } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

test('a run that another one waits to do says so, and is no failure', async () => {
  const mesh = await smallMesh([orders()]);
  const [product] = mesh.model.products;
  const journals = { open: () => Promise.reject(new AnotherWaits(product!.id)) };
  const result = await run({ ...mesh.ports, journals }, product!);
  expect(result).toMatchObject({ kind: 'waiting', product: 'sales/orders', findings: [] });
  expect(result.kind === 'waiting' && result.reason).toContain('another waits for it');
  expect(await mesh.ports.ledger.entries()).toEqual([]);
});
