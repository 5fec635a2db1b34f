import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * Makes a product known: the place of its data, who may read it, its contract. Doing it again changes nothing.
 *
 * @throws MeshError when its data has no place: something that is not its own stands there.
 */
export async function register(
  ports: Pick<Ports, 'warehouse' | 'grants' | 'registry' | 'clock'>,
  product: ProductModel,
) {
  await ports.warehouse.provision(product);
  await ports.grants.reconcile(product);
  await ports.registry.register(product, ports.clock.now().toISOString());
}
