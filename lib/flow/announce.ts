import type { ProductModel } from '../model/mesh-model.ts';
import type { MeshEvent } from '../ports/bus.ts';
import type { Ports } from '../ports/ports.ts';
import type { Publication } from '../ports/publication.ts';

/** Tells the bus of a product that is new or has changed, so that it runs: nothing it reads may change for long. */
export async function announceRegistered(ports: Pick<Ports, 'bus' | 'clock'>, product: ProductModel): Promise<void> {
  const id = `${product.id}/registered/${product.fingerprint}/${ports.clock.now().toISOString()}`;
  await ports.bus.announce(event(ports, product, 'mesh.product.registered', id, { product: product.id }));
}

/** Tells the bus of a publication; its event's id is the publication's moment, so telling it twice is once. */
export async function announcePublished(
  ports: Ports,
  product: ProductModel,
  { publicationId, recordedAt, outputs }: Publication,
): Promise<void> {
  await ports.bus.announce(
    event(ports, product, 'mesh.publication.published', `${product.id}/${publicationId}/${recordedAt}`, {
      product: product.id,
      publicationId,
      ports: Object.keys(outputs),
    }),
  );
}

/** Tells the bus of a result that failed verification. */
export async function announceQuarantined(
  ports: Ports,
  product: ProductModel,
  runId: string,
  publicationId: string,
): Promise<void> {
  await ports.bus.announce(
    event(ports, product, 'mesh.publication.quarantined', `${product.id}/${publicationId}/${runId}`, {
      product: product.id,
      publicationId,
      owner: product.owner,
    }),
  );
}

/** Tells the bus of a run that failed. */
export async function announceFailed(ports: Ports, product: ProductModel, runId: string): Promise<void> {
  const data = { product: product.id, owner: product.owner };
  await ports.bus.announce(event(ports, product, 'mesh.run.failed', `${product.id}/failed/${runId}`, data));
}

function event(
  ports: Pick<Ports, 'clock'>,
  product: ProductModel,
  type: MeshEvent['type'],
  id: string,
  data: MeshEvent['data'],
): MeshEvent {
  const time = ports.clock.now().toISOString();
  return { specversion: '1.0', id, source: product.uri, type, time, datacontenttype: 'application/json', data };
}
