import { dayCost } from '../governance/price.ts';
import { PRICE_LIST } from '../governance/price-list.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { ProductId } from '../model/names.ts';
import type { CostEntry } from '../ports/ledger.ts';
import type { Ports } from '../ports/ports.ts';
import type { Usage } from '../ports/usage.ts';
import { sideBySide } from './side-by-side.ts';

/** Products that are asked at once: Athena tells of some five histories a second. */
const AT_ONCE = 3;

/** What of the target is asked. */
export interface CollectCostPorts extends Pick<Ports, 'clock' | 'ledger' | 'registry'> {
  readonly usage: Usage;
}

/** What is collected. */
export interface CollectCostOptions {
  /** ISO, UTC. @default yesterday */
  readonly day?: string;
}

/** What came of each product. */
export interface CollectedCost {
  readonly entries: readonly CostEntry[];
  readonly failed: readonly { readonly product: ProductId; readonly error: unknown }[];
}

/**
 * Notes in the ledger what each product used on a day and what that costs. Once for each product and day, however
 * often it is called; a product that cannot be asked does not keep the others from it.
 *
 * @throws MeshError when the day is not over
 */
export async function collectCost(ports: CollectCostPorts, options: CollectCostOptions = {}): Promise<CollectedCost> {
  const now = ports.clock.now();
  const day = options.day ?? dayBefore(now);
  requireOver(day, now);
  const collected = await sideBySide(await ports.registry.list(), AT_ONCE, async ({ manifest: { id: product } }) => {
    try {
      const usage = await ports.usage.of(product, day);
      const entry: CostEntry = {
        kind: 'cost',
        id: `cost/${product}/${day}`,
        at: now.toISOString(),
        product,
        day,
        athenaBytes: usage.athenaBytes,
        lambdaGbSeconds: usage.lambdaGbSeconds,
        storageBytes: usage.storageBytes,
        dollars: dayCost(usage, day).dollars,
        prices: PRICE_LIST.date,
      };
      await ports.ledger.record(entry);
      return { entry };
    } catch (error) {
      return { failed: { product, error } };
    }
  });
  const entries = collected.flatMap(({ entry }) => entry ?? []);
  const failed = collected.flatMap((each) => each.failed ?? []);
  return { entries, failed };
}

function dayBefore(now: Date): string {
  return new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);
}

/** A day that is not over would be noted once, incomplete, for ever. */
function requireOver(day: string, now: Date): void {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00Z`) : undefined;
  if (!start || Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== day) {
    throw new MeshError({
      code: 'not-a-day',
      message: `\`${day}\` is not a day`,
      fix: 'write it as 2026-01-31',
      kind: 'usage',
    });
  }
  if (day < now.toISOString().slice(0, 10)) return;
  throw new MeshError({
    code: 'unfinished-day',
    message: `${day} is not over (UTC), so what it costs is not known`,
    fix: `ask for ${dayBefore(now)} or an earlier day`,
    kind: 'usage',
  });
}
