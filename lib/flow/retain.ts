import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';

/** A state this young may still be read by a run that pinned it, whatever the contract says. */
const YOUNGEST_EXPIRED_SECONDS = 3_600;

/**
 * Removes states that no port promises to keep any longer, and what nobody needs on disk. A state is expired by when
 * it ceased to be current; the current one never is.
 */
export async function retain(ports: Ports, product: ProductModel): Promise<void> {
  const publications = await ports.registry.publications(product.id);
  const quarantined = (await ports.registry.find(product.id))?.quarantined;
  const kept = product.outputs.map(({ retentionSeconds }) => retentionSeconds);
  const keepsForEver = kept.includes(undefined);
  const longest = Math.max(YOUNGEST_EXPIRED_SECONDS, ...kept.map((seconds) => seconds ?? 0));
  const before = ports.clock.now().getTime() - longest * 1000;
  // Newest first: a publication was current until the one before it in this list was recorded.
  const expired = keepsForEver
    ? []
    : publications.filter((_, index) => index > 0 && Date.parse(publications[index - 1]!.recordedAt) < before);
  const needed = publications.filter((publication) => !expired.includes(publication));
  // A state that came back stands in the list twice, and is needed while one of them is.
  const stays = new Set(needed.map(({ publicationId }) => publicationId));
  const forgotten = expired.map(({ publicationId }) => publicationId).filter((id) => !stays.has(id));
  if (forgotten.length > 0) await ports.registry.expire(product.id, forgotten);
  await ports.warehouse.sweep(product, [
    ...needed.flatMap(({ outputs }) => Object.values(outputs)),
    ...(quarantined ? [quarantined] : []),
  ]);
}
