import { type GrantedReadings, grantedReadings } from '../governance/granted-readings.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';

export type { GrantedReading, GrantedReadings, Reader } from '../governance/granted-readings.ts';

/** What teams and registered products may read of a product now, for a target that enforces it where the data is. */
export async function findReadings(
  { registry, clock }: Pick<Ports, 'registry' | 'clock'>,
  product: ProductModel,
): Promise<GrantedReadings> {
  const registered = await registry.list();
  return grantedReadings(
    product,
    registered.map(({ manifest }) => manifest),
    clock.now(),
  );
}
