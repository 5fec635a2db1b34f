import { checkCompatibility } from '../governance/compatibility.ts';
import { grantedReadings } from '../governance/granted-readings.ts';
import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Ports } from '../ports/ports.ts';
import type { RegisteredProduct } from '../ports/registry.ts';
import { reads, reconcileRegistered } from './reconcile-registered.ts';

type RegisterPorts = Pick<Ports, 'grants' | 'registry' | 'clock'> & {
  readonly warehouse: Pick<Ports['warehouse'], 'provision'>;
};

/** Makes a product known: the place of its data, who may read it, its contract. Doing it again changes nothing. */
export async function register(ports: RegisterPorts, product: ProductModel): Promise<void> {
  await ports.warehouse.provision(product);
  await ports.grants.reconcile(product);
  await ports.registry.register(product, ports.clock.now().toISOString());
}

export interface RegisterOptions {
  /** Puts back a contract that was in place before: what came since is not held against it. @default false */
  readonly restores?: boolean;
}

/**
 * Makes a product known where others rely on it: refuses what breaks its consumers and what can't be enforced, before
 * anything is touched; then lets its run read what it was granted. What fails leaves the contract of before in place.
 *
 * @throws MeshError with every problem found.
 */
export async function registerChecked(
  ports: RegisterPorts,
  product: ProductModel,
  { restores = false }: RegisterOptions = {},
): Promise<void> {
  const { registry, grants } = ports;
  const registered = await registry.list();
  const before = registered.find(({ manifest }) => manifest.id === product.id);
  const problems = restores ? [] : findProblems(ports, product, registered, before);
  if (problems.length > 0) {
    const { code, message, fix } = problems[0]!;
    throw new MeshError({ code, kind: code === 'breaking-change' ? 'breaking' : 'check', message, fix, problems });
  }
  await register(ports, product);
  try {
    // Itself once more, now that it is registered: of two that register at once, the later one sees the other.
    for (const id of [product.id, ...providersOf(product, before?.manifest)])
      await reconcileRegistered(ports, id, (each) => grants.reconcile(each));
  } catch (thrown) {
    if (before) await registry.register(before.manifest, before.registeredAt);
    else await registry.remove(product.id);
    throw thrown;
  }
}

function findProblems(
  { clock }: RegisterPorts,
  product: ProductModel,
  registered: readonly RegisteredProduct[],
  before: RegisteredProduct | undefined,
): readonly Problem[] {
  const now = clock.now();
  const manifests = registered.map(({ manifest }) => manifest);
  const breaking = before ? checkCompatibility(before.manifest, product, manifests) : [];
  // Of its providers, only what reading them brings about: their own grants are their own concern.
  const asReader = manifests
    .filter(({ id }) => id !== product.id && reads(product, id))
    .flatMap((provider) => {
      const known = new Set(grantedReadings(provider, [], now).problems.map(({ message }) => message));
      return grantedReadings(provider, [product], now).problems.filter(({ message }) => !known.has(message));
    });
  return [...breaking, ...grantedReadings(product, manifests, now).problems, ...asReader];
}

/** The products that a product reads, in either of its versions. */
export function providersOf(...versions: readonly (ProductModel | undefined)[]): readonly ProductId[] {
  const inputs = versions.flatMap((version) => version?.inputs ?? []);
  return [...new Set(inputs.flatMap((input) => (input.kind === 'port' ? [input.product] : [])))];
}
