import { systemClock } from '../lib/adapters/aws/clock.aws.ts';
import {
  answerCustomResource,
  type CustomResourceEvent,
  type CustomResourceResult,
  isCustomResourceEvent,
} from '../lib/adapters/aws/custom-resource.ts';
import { deploymentOf, manifestPlace } from '../lib/adapters/aws/product-properties.ts';
import { createRegistrarPorts, type RegistrarPorts } from '../lib/adapters/aws/registrar.aws.ts';
import type { TeamRoles } from '../lib/adapters/aws/team-roles.ts';
import { announceRegistered } from '../lib/flow/announce.ts';
import { findReadings } from '../lib/flow/find-readings.ts';
import { registerChecked } from '../lib/flow/register.ts';
import { type GrantsRepaired, repairGrants } from '../lib/flow/repair-grants.ts';
import { retire } from '../lib/flow/retire.ts';
import { MeshError } from '../lib/model/mesh-error.ts';
import type { ProductId } from '../lib/model/names.ts';

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** What people, and the schedule, ask for. */
interface Asked {
  /** `retire`: a product ends though others read it. @default grants are repaired */
  readonly action?: 'reconcile' | 'retire';
  /** `*` is every product. @default all, but for `retire`, which wants it said */
  readonly product?: ProductId | typeof EVERY;
}

const EVERY = '*';

/** Registers, changes and retires products for their stacks; on a schedule, or asked, repairs all grants. */
export async function handler(event: unknown, context: LambdaContext): Promise<readonly GrantsRepaired[] | undefined> {
  if (!isCustomResourceEvent(event)) {
    const { action, product } = (event ?? {}) as Asked;
    const { registry, repair } = ports();
    if (action === 'retire' && product === EVERY)
      for (const { manifest } of await registry.list()) await endProduct(manifest.id);
    else if (action === 'retire') await endProduct(product);
    return repairGrants({ registry }, repair, product === EVERY ? undefined : product);
  }
  const work = event.ResourceType === 'Custom::DataLakeSettings' ? setAdmins : changeProduct;
  await answerCustomResource(event, work, { remainingMilliseconds: () => context.getRemainingTimeInMillis() });
  return undefined;
}

/** Made when it is needed first, so that what is wrong with the environment is told to CloudFormation. */
let created: RegistrarPorts | undefined;
function ports(): RegistrarPorts {
  created ??= createRegistrarPorts({ environment: process.env, clock: systemClock, readings: findReadings });
  return created;
}

/** A stack that could not be removed can't be deployed any more, so its product is retired without it. */
async function endProduct(product: string | undefined): Promise<void> {
  const found = product && (await ports().registry.find(product as ProductId));
  if (found) return registerChecked(ports(), { ...found.manifest, status: 'retired' });
  throw new MeshError({
    code: 'unknown-product',
    kind: 'not-found',
    message: `the registry has no product \`${product}\``,
    fix: 'name it: `{"action":"retire","product":"domain/product"}`, or every one: `"*"`',
  });
}

async function changeProduct(event: CustomResourceEvent): Promise<CustomResourceResult> {
  const { deployments, registry, manifest, isRollingBack } = ports();
  const { bucket, key } = manifestPlace(event.ResourceProperties);
  const deployment = deploymentOf(event.ResourceProperties);
  const { product: id } = deployment;
  const goesBack = event.RequestType !== 'Create' && (await isRollingBack(event.StackId));
  if (event.RequestType === 'Delete') {
    const product = (await registry.find(id))?.manifest ?? (await manifest(bucket, key));
    // A deletion that is tried again must find the place of the data it removes.
    await deployments.put({ ...deployment, manifestFingerprint: product.fingerprint });
    await retire(ports(), product, { destroy: deployment.removal === 'destroy', undoes: goesBack });
    await deployments.remove(id);
    return { physicalId: id };
  }
  const product = await manifest(bucket, key);
  const before = await deployments.get(id);
  await deployments.put({ ...deployment, manifestFingerprint: product.fingerprint });
  try {
    await registerChecked(ports(), product, { restores: goesBack });
    await announceRegistered(ports(), product);
  } catch (thrown) {
    if (before) await deployments.put(before);
    else await deployments.remove(id);
    throw thrown;
  }
  return { physicalId: id, data: { Version: product.version } };
}

async function setAdmins({ RequestType, ResourceProperties, OldResourceProperties, StackId }: CustomResourceEvent) {
  const of = (properties: CustomResourceEvent['OldResourceProperties']) => (properties?.Admins ?? []) as string[];
  if (RequestType === 'Delete') await ports().leaveAdmins();
  else {
    await ports().setTeamRoles((ResourceProperties.TeamRoles ?? {}) as TeamRoles);
    await ports().setAdmins(of(ResourceProperties), of(OldResourceProperties));
  }
  return { physicalId: `data-lake-settings/${StackId.split('/')[1] ?? StackId}` };
}
