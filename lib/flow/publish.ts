import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import type { Publication } from '../ports/publication.ts';
import type { Plan } from './consume.ts';

/**
 * Makes a run's result what consumers see: one conditional write moves the product's pointer for all ports together.
 * Returns undefined when another run moved it first. Doing it again changes nothing.
 */
export async function publish(
  ports: Ports,
  product: ProductModel,
  plan: Plan,
  outputs: Publication['outputs'],
  runId: string,
): Promise<Publication | undefined> {
  const { publicationId, fingerprint, recordedAt, begunAt, pins, sequence } = plan;
  const { version, id } = product;
  const named = { product: id, publicationId, version, fingerprint, runId };
  const made = { ...named, recordedAt, begunAt, inputs: pins, outputs };
  return movePointer(ports, made, sequence);
}

/** As `publish`, of a publication that is there already. */
export async function movePointer(
  ports: Ports,
  publication: Publication,
  sequence: number,
): Promise<Publication | undefined> {
  if (await ports.registry.publish(publication, sequence)) return publication;
  // The process may have died after moving the pointer and before its journal knew.
  const current = (await ports.registry.find(publication.product))?.current;
  const isOurs = current?.runId === publication.runId && current.publicationId === publication.publicationId;
  return isOurs ? current : undefined;
}
