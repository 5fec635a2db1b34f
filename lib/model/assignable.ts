import type { FieldType } from './field-type.ts';

/**
 * Whether every value of one type is a value of another: the same type, or a widening that loses nothing (`int` to
 * `long`, `long` to `double` as Athena coerces it, a decimal to a wider one). Structs match by name.
 *
 * @example
 * ```ts
 * import { assignable } from 'cdk-data-mesh';
 * assignable({ kind: 'int' }, { kind: 'long' }); // => true
 * assignable({ kind: 'double' }, { kind: 'long' }); // => false
 * ```
 */
export function assignable(from: FieldType, to: FieldType): boolean {
  if (from.kind === 'list') return to.kind === 'list' && assignable(from.of, to.of);
  if (from.kind === 'map') return to.kind === 'map' && assignable(from.key, to.key) && assignable(from.value, to.value);
  if (from.kind === 'struct') {
    if (to.kind !== 'struct') return false;
    const names = Object.keys(to.fields);
    const had = from.fields;
    return (
      names.length === Object.keys(had).length &&
      names.every((name) => Object.hasOwn(had, name) && assignable(had[name]!, to.fields[name]!))
    );
  }
  if (from.kind === 'decimal') {
    if (to.kind === 'double') return true;
    return to.kind === 'decimal' && to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind === to.kind) return true;
  const digits = from.kind === 'int' ? 10 : from.kind === 'long' ? 19 : undefined;
  if (digits === undefined) return false;
  if (to.kind === 'decimal') return to.precision - to.scale >= digits;
  return to.kind === 'double' || (from.kind === 'int' && to.kind === 'long');
}
