import { assignable } from '../assignable.ts';
import { didYouMean } from '../did-you-mean.ts';
import { describeType, type FieldType } from '../field-type.ts';
import { listNames } from '../list-names.ts';
import { ownValue } from '../own-value.ts';
import type { ReferenceRule } from '../quality.ts';
import type { SqlTables } from '../sql-checker.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

/**
 * Refuses rules that refer to what a product neither reads nor makes, or compare what can't be equal.
 *
 * @param inputs what the product may read, by input.
 */
export function checkReferences({ id, declaration }: LoadedProduct, inputs: SqlTables, problems: ProblemList): void {
  const outputs = Object.fromEntries(
    Object.entries(declaration.outputs).map(([name, { fields }]) => [name, typesOf(fields)]),
  );
  // An input goes before an output of the same name: a reference leads to what was there already.
  const targets: SqlTables = { ...outputs, ...inputs };
  for (const [port, output] of Object.entries(declaration.outputs)) {
    const where = { product: id, port };
    for (const rule of output.quality ?? []) {
      if (rule.kind === 'references') checkReference(rule, outputs[port]!, targets, where, problems);
    }
  }
}

function checkReference(
  rule: ReferenceRule,
  own: SqlTables[string],
  targets: SqlTables,
  where: { readonly product: string; readonly port: string },
  problems: ProblemList,
): void {
  const { name, fields, to, toFields, minShare } = rule;
  const add = (message: string, fix: string, field?: string) =>
    problems.add('invalid-rule', { ...where, field }, `rule \`${name}\`${message}`, fix);
  const check = (field: string, known: SqlTables[string], of: string) => {
    const names = Object.keys(known);
    if (Object.hasOwn(known, field)) return;
    add(`: \`${field}\` is not a field${of}${didYouMean(field, names)}`, `name one of ${listNames(names)}`, field);
  };
  for (const field of fields) check(field, own, '');
  if (fields.length !== toFields.length || fields.length === 0) {
    const message = ` compares ${fields.length} fields with ${toFields.length}`;
    add(message, 'name as many fields on both sides');
  }
  if (!(minShare >= 0 && minShare <= 1)) add(`: ${minShare} is not a share`, 'give a number from 0 to 1');
  const target = ownValue(targets, to);
  if (!target) {
    const names = Object.keys(targets);
    const message = ` refers to \`${to}\`, which is neither an input nor an output of this product${didYouMean(to, names)}`;
    add(message, `name one of ${listNames(names)}`);
    return;
  }
  for (const [index, toField] of toFields.entries()) {
    check(toField, target, ` of \`${to}\``);
    const from = ownValue(own, fields[index] ?? '');
    const there = ownValue(target, toField);
    if (!from || !there || comparable(from, there)) continue;
    const types = `${describeType(from)} with ${describeType(there)}`;
    add(` compares \`${fields[index]}\` with \`${to}.${toField}\`: ${types}`, 'compare fields of one type');
  }
}

function comparable(a: FieldType, b: FieldType): boolean {
  return (a.kind === 'decimal' && b.kind === 'decimal') || assignable(a, b) || assignable(b, a);
}

function typesOf(fields: { readonly [name: string]: { readonly spec: { readonly type: FieldType } } }) {
  return Object.fromEntries(Object.entries(fields).map(([name, { spec }]) => [name, spec.type]));
}
