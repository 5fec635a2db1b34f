import type { GrantedReadings } from '../../flow/find-readings.ts';
import { canonicalJson } from '../../model/content-hash.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { Grants } from '../../ports/grants.ts';
import type { Deployment, Deployments } from './deployments.aws.ts';
import type { RoleExists } from './existing-roles.ts';
import { grantAll, revokeAll } from './grants-batch.ts';
import { type CatalogOptions, listAdmins, listHeld, listTables } from './grants-catalog.ts';
import { type Desired, desiredPermissions } from './grants-desired.ts';
import { grantsDifference } from './grants-difference.ts';
import { deleteFilters, putFilters } from './grants-filters.ts';
import type { HeldPermissions } from './grants-permission.ts';
import { createGrantsRecord } from './grants-record.ts';
import { explainDenied } from './no-admin.ts';
import type { Store } from './store.aws.ts';

export interface GrantsOptions extends CatalogOptions {
  readonly store: Store;
  readonly deployments: Pick<Deployments, 'get'>;
  /** The role of each team's people, by team. */
  readonly teamRoles: { readonly [team: string]: string };
  readonly roleExists: RoleExists;
  /** Who may read what of a product now, its registered consumers included; see `findReadings`. */
  readonly readings: (product: ProductModel) => Promise<Pick<GrantedReadings, 'readings'>>;
}

/**
 * Grants through Lake Formation: permissions on the product's own database, tables and location are made what they
 * should be, whoever changed them. What the product declares is recorded beside, for runs to ask.
 *
 * A product that is not deployed has nothing that anybody could read: its grants are recorded only.
 */
export function createGrants(options: GrantsOptions): Grants {
  const record = createGrantsRecord(options);
  return {
    async reconcile(product) {
      await explainDenied(() => reconcilePermissions(options, product));
      return record.replace(product);
    },
    list: (product) => record.list(product),
  };
}

/** How many permissions were not as they should be. */
export interface Repaired {
  readonly granted: number;
  readonly revoked: number;
}

/** More changes than this while permissions are being changed are no bad luck. */
const MOST_ROUNDS = 10;

/**
 * Makes the permissions on a product's data those that they should be. Several may do so at once, each by what it knew
 * when it began: so each looks again when it is done, and goes on until what should be is what it made.
 */
export async function reconcilePermissions(options: GrantsOptions, product: ProductModel): Promise<Repaired> {
  let repaired: Repaired = { granted: 0, revoked: 0 };
  let wanted = await findDesired(options, product);
  for (let round = 1; wanted && round <= MOST_ROUNDS; round += 1) {
    const { granted, revoked } = await makeSo(options, product, wanted);
    repaired = { granted: repaired.granted + granted, revoked: repaired.revoked + revoked };
    const now = await findDesired(options, product);
    if (canonicalJson(now?.desired) === canonicalJson(wanted.desired)) break;
    wanted = now;
  }
  return repaired;
}

interface Wanted {
  readonly deployment: Deployment;
  readonly tables: readonly string[];
  readonly desired: Desired;
}

/** What should be now; undefined where the product has nothing that anybody could read. */
async function findDesired(options: GrantsOptions, product: ProductModel): Promise<Wanted | undefined> {
  const { account, deployments, teamRoles, roleExists } = options;
  const { database } = product;
  const deployment = await deployments.get(product.id);
  const tables = deployment && (await listTables(options, database));
  if (!deployment || !tables) return undefined;
  const existing = async (arn: string | undefined) => (arn && (await roleExists(arn)) ? arn : undefined);
  const desired = desiredPermissions({
    database,
    account,
    bucket: deployment.bucket,
    // A retired product publishes no more.
    runRoleArn: product.status === 'retired' ? undefined : await existing(deployment.runRoleArn),
    locationRoleArn: await existing(deployment.locationRoleArn),
    ownerRoleArn: await existing(teamRoles[product.owner.team]),
    tables: new Set(tables),
    readings: await withRoles(options, product, existing),
  });
  return { deployment, tables, desired };
}

async function makeSo(
  options: GrantsOptions,
  product: ProductModel,
  { deployment, tables, desired }: Wanted,
): Promise<Repaired> {
  const { lakeFormation } = options;
  const admins = await listAdmins(options);
  const { held, filters } = await listHeld(options, product.database, deployment.bucket, tables);
  const isPort = new Set(product.outputs.map(({ table }) => table));
  const { missing, surplus } = grantsDifference(
    desired.permissions,
    held.filter((each) => !admins.has(each.principal) && !isOfCreator(each, deployment.runRoleArn, isPort)),
  );
  await putFilters(lakeFormation, desired.filters, filters);
  // What may be passed on is revoked before it is granted anew; all else after, so that nobody loses what stays.
  await revokeAll(
    lakeFormation,
    surplus.filter(({ grantable }) => grantable.length > 0),
  );
  await grantAll(lakeFormation, missing);
  await revokeAll(
    lakeFormation,
    surplus.filter(({ grantable }) => grantable.length === 0),
  );
  await deleteFilters(lakeFormation, desired.filters, filters);
  return { granted: missing.length, revoked: surplus.length };
}

/** The readings whose readers have a role that is there. */
async function withRoles(
  { readings, deployments, teamRoles }: GrantsOptions,
  product: ProductModel,
  existing: (arn: string | undefined) => Promise<string | undefined>,
) {
  const found = await Promise.all(
    (await readings(product)).readings.map(async (reading) => {
      const { reader } = reading;
      const arn = reader.kind === 'team' ? teamRoles[reader.team] : (await deployments.get(reader.product))?.runRoleArn;
      const principal = await existing(arn);
      return principal ? [{ principal, reading }] : [];
    }),
  );
  return found.flat();
}

/** Who makes a table holds everything on it: that is the run role's on what it puts in quarantine. */
function isOfCreator(
  { principal, resource }: HeldPermissions,
  runRoleArn: string,
  ports: ReadonlySet<string>,
): boolean {
  const table = resource.Table?.Name ?? resource.TableWithColumns?.Name;
  return principal === runRoleArn && table !== undefined && !ports.has(table);
}
