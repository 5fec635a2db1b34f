import { MeshError } from '../../model/mesh-error.ts';
import type { AwsBinding } from './aws.binding.ts';

/**
 * The values of a binding's environment variables, by the name the adapter knows each by.
 *
 * @throws MeshError naming all that are missing.
 */
export function readVariables<Variable extends string>(
  { variables }: Pick<AwsBinding<Variable, string>, 'variables'>,
  environment: { readonly [name: string]: string | undefined } = process.env,
): { readonly [name in Variable]: string } {
  const names = Object.entries<string>(variables);
  const missing = names.map(([, name]) => name).filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new MeshError({
      code: 'no-variable',
      message: `the environment has no ${missing.map((name) => `\`${name}\``).join(', ')}`,
      fix: 'deploy the stack again: the construct sets them from the binding',
    });
  }
  return Object.fromEntries(names.map(([key, name]) => [key, environment[name]])) as { [name in Variable]: string };
}
