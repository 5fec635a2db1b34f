import type { Permission } from '@aws-sdk/client-lakeformation';
import type { DesiredPermissions } from './grants-desired.ts';
import { type HeldPermissions, resourceKey } from './grants-permission.ts';

/** What must be granted and revoked for what is held to become what is desired. */
export interface GrantsDifference {
  readonly missing: readonly DesiredPermissions[];
  readonly surplus: readonly HeldPermissions[];
}

/** Compares by principal, resource and permission, whichever way the resources are said. */
export function grantsDifference(
  desired: readonly DesiredPermissions[],
  held: readonly HeldPermissions[],
): GrantsDifference {
  const wanted = new Set(desired.flatMap((each) => each.permissions.map((permission) => keyOf(each, permission))));
  // Nobody passes on what was granted, so a permission that may be passed on is taken back and granted anew.
  const sound = new Set(
    held.flatMap((each) =>
      each.permissions
        .filter((permission) => !each.grantable.includes(permission))
        .map((permission) => keyOf(each, permission)),
    ),
  );
  const missing = desired.map((each) => ({
    ...each,
    permissions: each.permissions.filter((permission) => !sound.has(keyOf(each, permission))),
  }));
  const surplus = held.map((each) => ({
    ...each,
    permissions: each.permissions.filter(
      (permission) => !wanted.has(keyOf(each, permission)) || each.grantable.includes(permission),
    ),
  }));
  return {
    missing: missing.filter(({ permissions }) => permissions.length > 0),
    surplus: surplus
      .filter(({ permissions }) => permissions.length > 0)
      .map((each) => ({
        ...each,
        grantable: each.grantable.filter((permission) => each.permissions.includes(permission)),
      })),
  };
}

function keyOf({ principal, resource }: Pick<HeldPermissions, 'principal' | 'resource'>, permission: Permission) {
  return `${principal} ${resourceKey(resource)} ${permission}`;
}
