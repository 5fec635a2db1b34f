import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import { reads, reconcileRegistered } from './reconcile-registered.ts';
import { providersOf } from './register.ts';

export interface RetireOptions {
  /** Removes its data and forgets it, for good. @default false: data stays, and the owner reads it */
  readonly destroy?: boolean;
  /** Takes back a registration that came to nothing: consumers do not hold it up, and published data is never removed. @default false */
  readonly undoes?: boolean;
}

/**
 * Ends a product: nobody but its owner reads it any longer, and it publishes no more. Doing it again changes nothing.
 *
 * @throws MeshError `has-consumers` while others read it, unless it is declared `retired`.
 */
export async function retire(
  ports: Pick<Ports, 'grants' | 'registry' | 'clock'> & { readonly warehouse: Pick<Ports['warehouse'], 'remove'> },
  product: ProductModel,
  { destroy = false, undoes = false }: RetireOptions = {},
): Promise<void> {
  const { grants, registry, warehouse, clock } = ports;
  const isUnpublished = (await registry.find(product.id))?.current === undefined;
  const consumers = (await registry.list())
    .map(({ manifest }) => manifest)
    .filter(({ id, status }) => id !== product.id && status !== 'retired')
    .filter((consumer) => reads(consumer, product.id));
  if (consumers.length > 0 && product.status !== 'retired' && !undoes) throw hasConsumers(product, consumers);
  const outputs = product.outputs.map((output) => ({ ...output, grants: [] }));
  await grants.reconcile({ ...product, status: 'retired', outputs });
  if (destroy && (isUnpublished || !undoes)) {
    await warehouse.remove(product);
    await registry.remove(product.id);
  } else if (await registry.find(product.id)) {
    await registry.register({ ...product, status: 'retired' }, clock.now().toISOString());
  }
  for (const id of providersOf(product)) await reconcileRegistered(ports, id, (each) => grants.reconcile(each));
}

function hasConsumers(product: ProductModel, consumers: readonly ProductModel[]): MeshError {
  const readers = consumers
    .map(({ id, owner }) => `${id} (${owner.contact})`)
    .sort()
    .join(', ');
  return new MeshError({
    code: 'has-consumers',
    kind: 'conflict',
    message: `it is read by ${readers}`,
    fix: `remove them, or move them to another product, and remove it again; to end it all the same, invoke the registrar with \`{"action":"retire","product":"${product.id}"}\` first`,
    where: { product: product.id },
  });
}
