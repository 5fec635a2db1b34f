import type { Store } from './store.aws.ts';

/** ARNs of the roles that teams' people act as, by team. */
export type TeamRoles = { readonly [team: string]: string };

/** A function's environment holds 4 KB, which thirty ARNs fill. */
const KEY = { pk: 'TEAMS', sk: 'ROLES' };

/** The roles that the mesh's stack made. */
export async function readTeamRoles(store: Store): Promise<TeamRoles> {
  const item = await store.get(KEY);
  return item ? (JSON.parse(String(item.roles)) as TeamRoles) : {};
}

export async function writeTeamRoles(store: Store, roles: TeamRoles): Promise<void> {
  await store.write({ put: { ...KEY, roles: JSON.stringify(roles) } });
}
