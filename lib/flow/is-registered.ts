import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * Whether a product is registered as it is here. It is not while it is being deployed, when its tables are not there or
 * not its own yet, and not once it is retired; being registered wakes it.
 */
export async function isRegistered({ registry }: Pick<Ports, 'registry'>, product: ProductModel): Promise<boolean> {
  const registered = (await registry.find(product.id))?.manifest;
  return registered?.fingerprint === product.fingerprint && registered.status !== 'retired';
}
