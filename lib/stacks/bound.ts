import type { AwsBinding } from '../adapters/aws/aws.binding.ts';
import type { AllowStatement } from './policy-document.ts';

/** What a function gets for one adapter that it uses. */
export interface Bound {
  readonly environment: { readonly [name: string]: string };
  readonly permissions: readonly AllowStatement[];
}

/** Gives an adapter's variables their values, and its permissions their resources. */
export function bind<Variable extends string, Resource extends string>(
  { variables, permissions }: AwsBinding<Variable, Resource>,
  values: { readonly [name in Variable]: string },
  resources: { readonly [name in Resource]: string },
): Bound {
  const entries = (Object.keys(variables) as Variable[]).map((name) => [variables[name], values[name]]);
  return { environment: Object.fromEntries(entries), permissions: permissions(resources) };
}

/** Of several adapters, together. */
export function bindAll(bound: readonly Bound[]): Bound {
  return {
    environment: Object.assign({}, ...bound.map(({ environment }) => environment)),
    permissions: bound.flatMap(({ permissions }) => permissions),
  };
}
