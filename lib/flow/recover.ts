import type { ProductModel } from '../model/mesh-model.ts';
import type { RunEntry } from '../ports/ledger.ts';
import type { Ports } from '../ports/ports.ts';
import { record } from './record.ts';

/** As far back as the last success is looked for, to tell its findings again. */
const MOST_ENTRIES = 100;

/**
 * Ends the failure or quarantine of a product whose inputs are again what its current publication was made of, such as
 * after a bad drop was taken away.
 */
export async function recover(
  ports: Ports,
  product: ProductModel,
  runId: string,
  publicationId: string,
  milliseconds: number,
): Promise<void> {
  if ((await ports.registry.find(product.id))?.quarantined) await ports.registry.endQuarantine(product.id);
  const [last] = await ports.ledger.entries({ product: product.id, kind: 'run', limit: 1 });
  if (last?.kind !== 'run' || last.outcome === 'published' || last.outcome === 'recovered') return;
  const entries = (await ports.ledger.entries({
    product: product.id,
    kind: 'run',
    limit: MOST_ENTRIES,
  })) as readonly RunEntry[];
  const { rows = {}, findings = [] } = entries.find((entry) => entry.outcome === 'published') ?? {};
  await record(ports, product, { runId, outcome: 'recovered', publicationId, milliseconds, rows, findings });
}
