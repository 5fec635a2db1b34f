import type { MeshModel, ProductModel } from '../model/mesh-model.ts';
import type { MeshEvent } from '../ports/bus.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * The products an event is news to. Events come at least once and in any order, so this only spares needless runs;
 * whether there is something to do, `consume` decides from the state itself.
 */
export async function wokenBy(ports: Ports, model: MeshModel, event: MeshEvent): Promise<readonly ProductModel[]> {
  const { product, publicationId } = event.data;
  if (event.type === 'mesh.publication.quarantined' || event.type === 'mesh.run.failed') return [];
  if (event.type !== 'mesh.publication.published') return model.products.filter(({ id }) => id === product);
  const woken: ProductModel[] = [];
  for (const consumer of model.products) {
    const inputs = consumer.inputs.filter((input) => input.kind === 'port' && input.product === product);
    if (inputs.length === 0) continue;
    const read = (await ports.registry.find(consumer.id))?.current?.inputs;
    const knows = inputs.every(({ name }) => {
      const pin = read?.[name];
      return pin?.kind === 'port' && pin.publicationId === publicationId;
    });
    if (!knows) woken.push(consumer);
  }
  return woken;
}
