import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { S3Client } from '@aws-sdk/client-s3';
import type { GrantedReadings } from '../../flow/find-readings.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Grants } from '../../ports/grants.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Warehouse } from '../../ports/warehouse.ts';
import { createBus } from './bus.aws.ts';
import { busBinding } from './bus.binding.ts';
import { CLIENT } from './client-options.ts';
import { createDeployments, type Deployments } from './deployments.aws.ts';
import { createRoleExists } from './existing-roles.ts';
import { createGrants, type GrantsOptions, type Repaired, reconcilePermissions } from './grants.aws.ts';
import { readManifest } from './read-manifest.ts';
import { readVariables } from './read-variables.ts';
import { registrarBinding } from './registrar.binding.ts';
import { createRegistry } from './registry.aws.ts';
import { leaveDataLakeSettings, mergeDataLakeSettings } from './settings.aws.ts';
import { isRollingBack } from './stack-status.ts';
import { createStore } from './store.aws.ts';
import { storeBinding } from './store.binding.ts';
import { createTables } from './tables/tables.aws.ts';
import { tablesBinding } from './tables/tables.binding.ts';
import { readTeamRoles, type TeamRoles, writeTeamRoles } from './team-roles.ts';

/** What the registrar works with. */
export interface RegistrarPorts {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly registry: Registry;
  readonly grants: Grants;
  readonly warehouse: Pick<Warehouse, 'provision' | 'remove'>;
  readonly deployments: Deployments;
  /** Reads a product's manifest from where its stack put it. */
  manifest(bucket: string, key: string): Promise<ProductModel>;
  /** Whether a stack goes back to what was before a deployment that failed. */
  isRollingBack(stackId: string): Promise<boolean>;
  /** Repairs permissions that drifted, by what `seen` says is registered. */
  repair(product: ProductModel, seen: Pick<Registry, 'list'>): Promise<Repaired>;
  /** Makes these principals admins of the data lake, and those of before that are not among them none. */
  setAdmins(admins: readonly string[], before?: readonly string[]): Promise<void>;
  /** Remembers by which role each team's people act. */
  setTeamRoles(roles: TeamRoles): Promise<void>;
  /** Is an admin no longer. Whom else the mesh named may have been one before, or be one for another mesh. */
  leaveAdmins(): Promise<void>;
}

export interface RegistrarOptions {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly clock: Clock;
  readonly readings: (
    ports: Pick<RegistrarPorts, 'registry' | 'clock'>,
    product: ProductModel,
  ) => Promise<GrantedReadings>;
}

/** The registrar's ports, as its environment says. */
export function createRegistrarPorts({ environment, clock, readings }: RegistrarOptions): RegistrarPorts {
  const variables = [busBinding, storeBinding, registrarBinding, tablesBinding].map((each) => each.variables);
  const names = Object.assign({}, ...variables) as RegistrarVariables;
  const { bus, table, mesh, registrarRole } = readVariables({ variables: names }, environment);
  const account = registrarRole.split(':')[4]!;
  const [glue, lakeFormation, s3, iam] = [
    new GlueClient(CLIENT),
    new LakeFormationClient(CLIENT),
    new S3Client(CLIENT),
    new IAMClient(CLIENT),
  ];
  const store = createStore({ client: new DynamoDBClient(CLIENT), table });
  const registry = createRegistry({ store });
  const deployments = createDeployments({ store });
  // Roles come and go while a function lives on, so nothing is remembered from one call to the next.
  const grantsOptions = async (seen: Pick<Registry, 'list'> = registry): Promise<GrantsOptions> => ({
    store,
    deployments,
    account,
    glue,
    lakeFormation,
    teamRoles: await readTeamRoles(store),
    roleExists: createRoleExists(iam, account),
    readings: (product) => readings({ registry: { ...registry, list: seen.list }, clock }, product),
  });
  return {
    clock,
    bus: createBus({ client: new EventBridgeClient(CLIENT), bus, mesh }),
    registry,
    deployments,
    grants: {
      reconcile: async (product) => createGrants(await grantsOptions()).reconcile(product),
      list: async (product) => createGrants(await grantsOptions()).list(product),
    },
    warehouse: createTables({ mesh, account, glue, s3, lakeFormation, registrarRoleArn: registrarRole, deployments }),
    manifest: (bucket, key) => readManifest(s3, bucket, key),
    isRollingBack: (stackId) => isRollingBack(new CloudFormationClient(CLIENT), stackId),
    repair: async (product, seen) => reconcilePermissions(await grantsOptions(seen), product),
    async setAdmins(admins, before = []) {
      const options = { lakeFormation, roleExists: createRoleExists(iam, account) };
      await mergeDataLakeSettings(options, admins);
      const gone = before.filter((arn) => !admins.includes(arn));
      if (gone.length > 0) await leaveDataLakeSettings(options, gone);
    },
    setTeamRoles: (roles) => writeTeamRoles(store, roles),
    leaveAdmins: () =>
      leaveDataLakeSettings({ lakeFormation, roleExists: createRoleExists(iam, account) }, [registrarRole]),
  };
}

type RegistrarVariables = typeof busBinding.variables &
  typeof storeBinding.variables &
  typeof registrarBinding.variables &
  typeof tablesBinding.variables;
