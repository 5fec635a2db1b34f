import { describeType, type FieldType } from '../model/field-type.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { DataRow } from '../ports/warehouse.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/;
const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
const LONGEST_SHOWN = 60;

/**
 * Passes on the rows of a code transformation, refusing those that do not fit their port. The compiler refuses them
 * too, but data may slip past it.
 *
 * @throws MeshError naming port, field, the row's number and its value.
 */
export async function* checkedRows(
  product: ProductModel,
  rows: AsyncIterable<{ port: string; row: DataRow }>,
): AsyncIterable<{ port: string; row: DataRow }> {
  const checks = new Map(
    product.outputs.map(({ name, fields }) => [name, { fields, known: new Set(fields.map((field) => field.name)) }]),
  );
  let number = 0;
  for await (const each of rows) {
    number += 1;
    const check = checks.get(each.port);
    if (!check)
      throw refused(
        product,
        undefined,
        undefined,
        number,
        `a row for \`${each.port}\``,
        'is for no output port of the product',
      );
    for (const name in each.row) {
      if (!check.known.has(name))
        throw refused(product, each.port, name, number, `field \`${name}\``, 'is not in the contract');
    }
    for (const { name, type } of check.fields) {
      const value = each.row[name];
      if (value === null || value === undefined || fits(value, type)) continue;
      throw refused(product, each.port, name, number, show(value), `is not ${describeType(type)}`);
    }
    yield each;
  }
}

function fits(value: unknown, type: FieldType): boolean {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'number' && (value | 0) === value;
    case 'long':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 'double':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && DATE.test(value);
    case 'timestamp':
      return typeof value === 'string' && TIMESTAMP.test(value);
    case 'decimal':
      return typeof value === 'string' && DECIMAL.test(value);
    case 'binary':
      return value instanceof Uint8Array;
    case 'list':
      return Array.isArray(value) && value.every((item) => item === null || fits(item, type.of));
    case 'struct':
      return (
        isRecord(value) &&
        Object.entries(type.fields).every(([name, of]) => value[name] == null || fits(value[name], of))
      );
    case 'map':
      return (
        value instanceof Map &&
        [...value].every(([key, held]) => fits(key, type.key) && (held === null || fits(held, type.value)))
      );
  }
}

function isRecord(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return `\`${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}\` (${typeof value})`;
}

function refused(
  product: ProductModel,
  port: string | undefined,
  field: string | undefined,
  row: number,
  value: string,
  why: string,
) {
  const file = product.transform.kind === 'sql' ? undefined : product.transform.file;
  return new MeshError({
    code: 'wrong-row',
    message: `the transformation's row ${row}: ${value} ${why}`,
    where: { product: product.id, port, field, file },
    fix: 'yield rows as the contract says; `npx tsc --noEmit` finds most of these',
  });
}
