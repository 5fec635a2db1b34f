import { MeshError } from './mesh-error.ts';
import type { SourceInputModel } from './mesh-model.ts';

/** What each column holds, by its name in small letters: a type, or `list`, `map`, `struct`, or `nested` for any of them. */
export type ParquetColumns = ReadonlyMap<string, string>;

const MOST_SHOWN = 12;
const NESTED: ReadonlySet<string> = new Set(['list', 'map', 'struct', 'nested']);

/**
 * Holds the columns of a Parquet drop against what its source declares, in the same words on every target.
 *
 * @throws MeshError when columns are missing, or nested where they must not be and the other way round.
 */
export function checkParquetColumns(input: SourceInputModel, path: string, columns: ParquetColumns): void {
  const refused = (message: string, fix: string, field?: string) =>
    new MeshError({ code: 'wrong-columns', message, where: { port: input.name, field, file: path }, fix });
  const missing = input.fields.filter(({ name, required }) => required && !columns.has(name.toLowerCase()));
  const hasSome = input.fields.some(({ name }) => columns.has(name.toLowerCase()));
  if (missing.length > 0 || !hasSome) {
    const names = (missing.length > 0 ? missing : input.fields).map(({ name }) => name);
    const has = [...columns.keys()].slice(0, MOST_SHOWN).map((name) => `\`${name}\``);
    const more = columns.size > has.length ? `, … (${columns.size} columns)` : '';
    throw refused(`it has ${has.join(', ')}${more}; missing: ${names.join(', ')}`, 'write the drop with them');
  }
  for (const { name, type } of input.fields) {
    const found = columns.get(name.toLowerCase());
    if (found === undefined || fits(found, type.kind)) continue;
    const message = `its column is ${NESTED.has(found) ? 'nested' : found}, declared as ${type.kind}`;
    throw refused(message, 'write the drop as declared, or declare the field as it is', name);
  }
}

/** Whether a value can be told to be of the type at all; what a scalar holds is converted later. */
function fits(found: string, declared: string): boolean {
  return NESTED.has(declared) ? found === declared || found === 'nested' : !NESTED.has(found);
}
