import type { Classification } from '../model/field.ts';
import { describeType } from '../model/field-type.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { DataRow } from '../ports/warehouse.ts';
import { fitCheck } from './fit-check.ts';

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
    product.outputs.map(({ name, fields }) => [
      name,
      {
        fields: fields.map((field) => ({ ...field, fits: fitCheck(field.type) })),
        known: new Set(fields.map((field) => field.name)),
      },
    ]),
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
    for (const { name, type, classification, fits } of check.fields) {
      const value = each.row[name];
      if (value === null || value === undefined || fits(value)) continue;
      throw refused(product, each.port, name, number, show(value, classification), `is not ${describeType(type)}`);
    }
    yield each;
  }
}

/** Errors are kept in the ledger and travel further than data, so values that must not are left out. */
function show(value: unknown, classification: Classification): string {
  if (classification === 'personal' || classification === 'confidential')
    return `a ${classification} value (${typeof value})`;
  const plain = (_key: string, held: unknown) => (typeof held === 'bigint' ? `${held}n` : held);
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value, plain) ?? String(value));
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
