import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';

/**
 * The account and the region of an environment, where the mesh or the caller says them.
 *
 * @throws MeshError when the mesh has environments, and none of that name.
 */
export function environmentOf(
  { environments, name }: MeshModel,
  environment: string,
  { account, region }: { readonly account?: string; readonly region?: string },
): { account?: string; region?: string } {
  const declared = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  const names = Object.keys(environments);
  if (names.length > 0 && !declared) {
    throw new MeshError({
      code: 'unknown-environment',
      kind: 'usage',
      message: `the mesh \`${name}\` has no environment \`${environment}\``,
      fix: `name one of ${names.map((each) => `\`${each}\``).join(', ')}`,
    });
  }
  return { account: account ?? declared?.account, region: region ?? declared?.region };
}
