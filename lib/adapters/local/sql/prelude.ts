import { BYTES } from './macros/bytes.ts';
import { CASTS } from './macros/casts.ts';
import { COLLECTIONS } from './macros/collections.ts';
import type { Macros } from './macros/macro-text.ts';
import { NUMBERS } from './macros/numbers.ts';
import { OPERATORS } from './macros/operators.ts';
import { TEXTS } from './macros/texts.ts';
import { TIMES } from './macros/times.ts';

/** Every macro of the prelude; those that others use come first. */
export const MACROS: Macros = { ...OPERATORS, ...CASTS, ...TEXTS, ...NUMBERS, ...TIMES, ...COLLECTIONS, ...BYTES };

/** The statements that make Athena's functions known to a DuckDB database; run once for each. */
export const prelude: string = Object.entries(MACROS)
  .map(([name, bodies]) => {
    const overloads = Object.entries(bodies).map(([parameters, body]) => hygienic(parameters, body));
    return `CREATE OR REPLACE MACRO ${name}${overloads.join(', ')};`;
  })
  .join('\n');

/** Parameters and lambdas' variables get names that no column has: DuckDB puts arguments into the body as they are. */
function hygienic(parameters: string, body: string): string {
  const variables = [...body.matchAll(/\blambda ((?:\w+, )*\w+):/g)].map(([, names]) => names!);
  const names = [parameters, ...variables].join(' ').match(/\w+/g) ?? [];
  if (names.length === 0) return `${parameters} AS ${body}`;
  const pattern = new RegExp(`'(?:[^']|'')*'|\\b(?:${[...new Set(names)].join('|')})\\b`, 'g');
  const renamed = (text: string) => text.replace(pattern, (found) => (found.startsWith("'") ? found : `_${found}_`));
  return `${renamed(parameters)} AS ${renamed(body)}`;
}

const copies = new Map<string, number>();

/** How often a macro repeats one of its arguments, at most. Other functions do not. */
export function macroCopies(name: string): number {
  const bodies = Object.hasOwn(MACROS, name) ? MACROS[name] : undefined;
  if (!bodies) return 1;
  let most = copies.get(name);
  if (most === undefined) {
    most = 1;
    for (const [parameters, body] of Object.entries(bodies)) {
      for (const parameter of parameters.match(/\w+/g) ?? []) {
        most = Math.max(most, body.match(new RegExp(`\\b${parameter}\\b`, 'g'))?.length ?? 0);
      }
    }
    copies.set(name, most);
  }
  return most;
}
