import { canonicalJson } from '../model/content-hash.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import { type ConsumeOptions, consume, type Idle, type Plan } from './consume.ts';

/**
 * Whether a run that died may go on by the plan it made then: the world may be another now. What it pinned may have
 * changed or gone, a grant may be revoked, the product be declared anew; then it begins anew.
 */
export async function stillHolds(
  ports: Ports,
  product: ProductModel,
  plan: Plan | Idle,
  runId: string,
  options: ConsumeOptions,
): Promise<boolean> {
  // Once consumers see its result, only the ledger and the bus are left to be told.
  if (await hasEnded(ports, product, runId)) return true;
  return sameButTime(plan) === sameButTime(await consume(ports, product, options));
}

/** Whether the registry has the result of a run, published or quarantined. */
export async function hasEnded(ports: Ports, product: ProductModel, runId: string): Promise<boolean> {
  const registered = await ports.registry.find(product.id);
  return registered?.current?.runId === runId || registered?.quarantined?.runId === runId;
}

/** Whether the drops that a plan pinned are what they were: a run may have read others under their names. */
export async function dropsHold(ports: Ports, { bindings }: Plan): Promise<boolean> {
  for (const binding of bindings) {
    if (binding.kind !== 'source') continue;
    // News of a source without any is of no effect; its full state without any is.
    if (binding.files.length === 0 && binding.input.read === 'new') continue;
    const present = new Map((await ports.sources.list(binding.input)).map(({ path, hash }) => [path, hash]));
    if (binding.files.length === 0 && present.size > 0) return false;
    if (binding.files.some(({ path, hash }) => present.get(path) !== hash)) return false;
  }
  return true;
}

function sameButTime(plan: Plan | Idle): string {
  const untimed = { recordedAt: undefined, begunAt: undefined };
  if (plan.kind === 'run') return canonicalJson({ ...plan, ...untimed });
  if (plan.kind === 'reverted') return canonicalJson({ ...plan, publication: { ...plan.publication, ...untimed } });
  return canonicalJson(plan);
}
