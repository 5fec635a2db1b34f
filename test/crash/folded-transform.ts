import { defineTransform } from '../../lib/model/define-transform.ts';
import type { folded } from './crash-mesh.ts';

/** The code of `shop/folded`. */
export const foldedTransform = defineTransform<typeof folded>(async function* ({ inputs }) {
  const returned = new Set<string>();
  for await (const { sale_id } of inputs.returns) returned.add(sale_id);
  let sku: string | undefined;
  let counts = { sold: 0n, returned: 0n };
  for await (const row of inputs.events.orderedBy('sku')) {
    if (sku !== undefined && sku !== row.sku) {
      yield { port: 'folded', row: { sku, ...counts } };
      counts = { sold: 0n, returned: 0n };
    }
    sku = row.sku;
    counts = { sold: counts.sold + 1n, returned: counts.returned + (returned.has(row.sale_id) ? 1n : 0n) };
  }
  if (sku !== undefined) yield { port: 'folded', row: { sku, ...counts } };
});
