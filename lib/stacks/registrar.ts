import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { busBinding } from '../adapters/aws/bus.binding.ts';
import { grantsBinding } from '../adapters/aws/grants.binding.ts';
import { lfTagsBinding } from '../adapters/aws/lf-tags.binding.ts';
import { registrarBinding } from '../adapters/aws/registrar.binding.ts';
import { settingsBinding } from '../adapters/aws/settings.binding.ts';
import { storeBinding } from '../adapters/aws/store.binding.ts';
import { tablesBinding } from '../adapters/aws/tables/tables.binding.ts';
import { type Bound, bind, bindAll } from './bound.ts';
import { publishFolder } from './file-asset.ts';
import { lambdaFolder } from './lambda-folder.ts';
import { meshArns } from './mesh-arns.ts';
import { ScheduledFunction } from './scheduled-function.ts';

/** The longest that Lambda has. */
const TIMEOUT_SECONDS = 900;
/** How long CloudFormation waits for it: where an account's functions are all busy, it cannot begin at once. */
export const SERVICE_TIMEOUT = String(2 * TIMEOUT_SECONDS);

export interface RegistrarProps {
  readonly mesh: string;
  readonly table: { readonly name: string; readonly arn: string };
  readonly bus: { readonly name: string; readonly arn: string };
}

/**
 * The one function that makes tables and grants: called by products' stacks as they are deployed, and every hour to
 * set right what somebody changed by hand.
 */
export class Registrar extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: RegistrarProps) {
    const { environment, permissions } = boundOf(scope, props);
    super(scope, id, {
      code: publishFolder(scope, lambdaFolder('registrar')),
      description: `Registers, grants and retires products of the mesh ${props.mesh}`,
      environment,
      roleVariable: tablesBinding.variables.registrarRole,
      memoryMb: 1024,
      timeoutSeconds: TIMEOUT_SECONDS,
      permissions,
      schedule: 'rate(1 hour)',
      input: { action: 'reconcile' },
    });
  }
}

function boundOf(scope: Construct, { mesh, table, bus }: RegistrarProps): Bound {
  const stack = Stack.of(scope);
  const arns = meshArns(stack, mesh);
  const lake = { catalogArn: arns.catalog, databasesArn: arns.databases, tablesArn: arns.tables };
  return bindAll([
    bind(storeBinding, { table: table.name }, { tableArn: table.arn }),
    bind(busBinding, { bus: bus.name, mesh }, { busArn: bus.arn }),
    {
      environment: {},
      permissions: tablesBinding.permissions({
        ...lake,
        databaseFunctionsArn: arns.databaseFunctions,
        bucketsArn: arns.buckets,
        locationRolesArn: arns.roles,
      }),
    },
    bind(grantsBinding, {}, { ...lake, rolesArn: arns.anyRole }),
    bind(settingsBinding, {}, { rolesArn: arns.anyRole }),
    bind(lfTagsBinding, {}, {}),
    // Apps of other teams publish their manifests to the bucket of their own bootstrap.
    bind(registrarBinding, { mesh }, { manifestsArn: `${arns.assets}/*`, stacksArn: arns.stacks }),
  ]);
}
