import type { Classification } from '../model/field.ts';
import { describeWhere, type MeshError } from '../model/mesh-error.ts';
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

/**
 * What the ledger says of an error. It travels further than data: where a drop of personal or confidential fields could
 * not be read, the engine's words may hold their values, so only the kind of error and its place are kept.
 */
export function ledgerText(error: MeshError, product: ProductModel): string {
  const isPrivate = product.inputs.some(
    (input) => input.kind === 'source' && input.fields.some(({ classification }) => PRIVATE.has(classification)),
  );
  if (!isPrivate || !error.where.file || error.code === 'changed-drop') return error.message;
  return `${describeWhere(error.where)}: ${error.code} (its words may hold ${[...PRIVATE].join(' or ')} values); ${error.fix}`;
}

const PRIVATE: ReadonlySet<string> = new Set(['personal', 'confidential'] satisfies Classification[]);
