import type { Problem } from '../mesh-error.ts';
import { ownValue } from '../own-value.ts';
import { readableFields } from './check-inputs.ts';
import type { LoadedProduct } from './loaded-mesh.ts';

/** A column that its SQL misses only because no grant shows it: then whom to ask for it, instead of what is alike. */
export function explainHiddenColumn(
  problem: Problem,
  text: string,
  { declaration }: LoadedProduct,
  products: ReadonlyMap<string, LoadedProduct>,
): Problem {
  const column = (MISSING[problem.code]?.exec(problem.message)?.[1] ?? '').toLowerCase();
  if (!column) return problem;
  for (const [name, input] of Object.entries(declaration.inputs)) {
    if (input.kind !== 'port' || !new RegExp(`\\b${name}\\b`, 'i').test(text)) continue;
    const provider = products.get(input.product);
    const output = provider && ownValue(provider.declaration.outputs, input.port);
    if (!output || !ownValue(output.fields, column)) continue;
    if (readableFields(declaration, input, provider)?.includes(column) ?? true) continue;
    const team = declaration.owner.team;
    const wish = `grant({ to: '${team}', purpose: '${input.purpose}', columns: [… '${column}'] })`;
    return {
      ...problem,
      code: 'not-granted',
      message: `${input.product} does not grant \`${column}\` of \`${input.port}\` to \`${team}\` for \`${input.purpose}\``,
      fix: `ask \`${provider.declaration.owner.team}\` for \`${wish}\``,
    };
  }
  return problem;
}

const MISSING: { readonly [code: string]: RegExp | undefined } = {
  'unknown-column': /^there is no column `(\w+)`/,
  'sql-binding': /column (?:named )?"(\w+)"/i,
};
