import type { ProductModel } from '../model/mesh-model.ts';
import type { RunEntry } from '../ports/ledger.ts';
import type { Ports } from '../ports/ports.ts';

/** Notes in the ledger how a run ended; once per run and outcome. */
export async function record(
  ports: Ports,
  product: ProductModel,
  ended: Omit<RunEntry, 'kind' | 'id' | 'at' | 'product'>,
): Promise<void> {
  const at = ports.clock.now().toISOString();
  await ports.ledger.record({ kind: 'run', id: `${ended.runId}/${ended.outcome}`, at, product: product.id, ...ended });
}
