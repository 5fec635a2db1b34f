import type { AwsPermission } from '../adapters/aws/aws.binding.ts';
import { MeshError } from '../model/mesh-error.ts';

/** A statement that allows something. */
export type AllowStatement = AwsPermission;

/** An IAM policy as CloudFormation takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly object[];
}

/**
 * The policy that allows just these. Every policy of every role comes from here.
 *
 * @throws MeshError when an action has a wildcard, or a resource is `*` and nobody says why.
 */
export function policyDocument(statements: readonly AllowStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: merge(statements).map(statement) };
}

/** Statements that allow the same become one: a role's policies may have 10,240 characters. */
function merge(statements: readonly AllowStatement[]): AllowStatement[] {
  const merged = new Map<string, AllowStatement>();
  for (const { actions, resources, conditions, why } of statements) {
    const key = JSON.stringify([actions, conditions, resources.includes('*')]);
    const known = merged.get(key)?.resources ?? [];
    const all = [...new Set([...known, ...resources])] as unknown as AllowStatement['resources'];
    merged.set(key, { actions, resources: all, conditions, why });
  }
  return [...merged.values()];
}

/** Who may assume a role: a service. */
export function trustedServices(...services: readonly string[]): PolicyDocument {
  const principal = { Service: services.length === 1 ? services[0] : services };
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  };
}

function statement({ actions, resources, conditions, why }: AllowStatement): object {
  const wild = actions.find((action) => action.includes('*'));
  if (wild !== undefined) {
    throw new MeshError({
      code: 'wildcard-action',
      message: `the action \`${wild}\` has a wildcard`,
      fix: 'name every action that is called',
    });
  }
  if (resources.some((resource) => !resource)) {
    throw new MeshError({
      code: 'no-resource',
      message: `\`${actions.join('`, `')}\` is allowed on nothing`,
      fix: 'name the resources',
    });
  }
  if (resources.includes('*') && !why) {
    throw new MeshError({
      code: 'unexplained-wildcard',
      message: `\`${actions.join('`, `')}\` is allowed on \`*\` without a reason`,
      fix: 'name the resources, or say in `why` that AWS has no narrower form',
    });
  }
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(conditions && { Condition: conditions }),
  };
}
