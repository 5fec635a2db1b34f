/** Each day: what every product used the day before, and what it costs, into the ledger. */
import { createCollectorPorts } from '../lib/adapters/aws/create-collector-ports.ts';
import { collectCost } from '../lib/flow/collect-cost.ts';
import { MeshError } from '../lib/model/mesh-error.ts';

const ports = createCollectorPorts();

/** `day` makes up for one that was missed. */
export async function handler({ day }: { readonly day?: string }): Promise<{ readonly recorded: number }> {
  const { entries, failed } = await collectCost(ports, { day });
  if (failed.length === 0) return { recorded: entries.length };
  // What was recorded stays; an invocation that fails is tried again.
  throw new MeshError({
    code: 'costs-missing',
    message: `no costs of ${failed.map(({ product, error }) => `${product}: ${(error as Error).message}`).join('; ')}`,
    fix: 'invoke the function again with the day, `{"day":"2026-01-31"}`',
    kind: 'retry',
    cause: failed[0]!.error,
  });
}
