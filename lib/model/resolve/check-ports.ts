import { didYouMean } from '../did-you-mean.ts';
import type { Field } from '../field.ts';
import { describeType, type FieldType } from '../field-type.ts';
import { listNames } from '../list-names.ts';
import type { Output } from '../output.ts';
import { ownValue } from '../own-value.ts';
import { findFieldRuleProblems } from './check-field-rules.ts';
import { checkSlo } from './check-slo.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

type Place = { readonly product: string; readonly port: string };

/** Refuses output ports whose contract can't hold: keys, modes, types, fields' rules, times and service levels. */
export function checkPorts(
  { id, declaration }: LoadedProduct,
  entities: ReadonlySet<string>,
  problems: ProblemList,
): void {
  if (Object.keys(declaration.outputs).length === 0) {
    problems.add('no-output', { product: id }, 'has no output port, so nobody could read it', 'add one to `outputs`');
  }
  for (const [name, input] of Object.entries(declaration.inputs)) {
    if (input.kind === 'source') checkFields(input.fields, { product: id, port: name }, entities, problems);
  }
  for (const [port, output] of Object.entries(declaration.outputs)) {
    const where = { product: id, port };
    checkFields(output.fields, where, entities, problems);
    checkKey(port, output, where, problems);
    checkActualTime(output, where, problems);
    checkSlo(output, where, problems);
  }
}

function checkFields(
  fields: { readonly [name: string]: Field },
  where: Place,
  entities: ReadonlySet<string>,
  problems: ProblemList,
) {
  if (Object.keys(fields).length === 0) problems.add('no-field', where, 'has no field', 'add one to `fields`');
  for (const [field, { spec }] of Object.entries(fields)) {
    const place = { ...where, field };
    const wrong = unholdable(spec.type);
    if (wrong) problems.add('invalid-type', place, `type ${describeType(spec.type)}: ${wrong.what}`, wrong.fix);
    for (const { message, fix } of findFieldRuleProblems(spec)) problems.add('invalid-rule', place, message, fix);
    if (spec.entity !== undefined && !entities.has(spec.entity)) {
      const known = [...entities];
      const message = `identifies \`${spec.entity}\`, which the mesh does not know; it has ${listNames(known)}${didYouMean(spec.entity, known)}`;
      problems.add('unknown-entity', place, message, 'add it to the mesh’s `entities`');
    }
  }
}

function checkKey(port: string, output: Output, where: Place, problems: ProblemList): void {
  const names = Object.keys(output.fields);
  const key = output.key ?? [];
  if (output.mode !== 'append' && key.length === 0) {
    const message = `output \`${port}\` publishes by \`${output.mode}\` but has no \`key\``;
    problems.add('mode-without-key', where, message, "add `key: ['…']` or publish by `append`");
  }
  for (const field of key) {
    const spec = ownValue(output.fields, field)?.spec;
    if (!spec) {
      const message = `key \`${field}\` is not a field${didYouMean(field, names)}`;
      problems.add('unknown-key', { ...where, field }, message, `name one of its fields: ${listNames(names)}`);
    } else if (!spec.required) {
      const message = `key \`${field}\` may be null`;
      problems.add('nullable-key', { ...where, field }, message, 'add `.required()` to the field');
    }
  }
}

function checkActualTime({ fields, actualTime }: Output, where: Place, problems: ProblemList): void {
  if (actualTime === undefined) return;
  const type = ownValue(fields, actualTime)?.spec.type;
  if (type?.kind === 'date' || type?.kind === 'timestamp') return;
  const is = type ? describeType(type) : `not a field${didYouMean(actualTime, Object.keys(fields))}`;
  const message = `actual time \`${actualTime}\` is ${is}`;
  problems.add('invalid-actual-time', { ...where, field: actualTime }, message, 'name a date or timestamp field');
}

/** Why no target could hold a type, or undefined. */
function unholdable(type: FieldType): { what: string; fix: string } | undefined {
  switch (type.kind) {
    case 'decimal': {
      const { precision, scale } = type;
      const whole = Number.isInteger(precision) && Number.isInteger(scale);
      if (whole && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision) return undefined;
      return { what: 'no target can hold it', fix: 'use a precision from 1 to 38 and a scale from 0 to the precision' };
    }
    case 'list':
      return unholdable(type.of);
    case 'struct': {
      const inner = Object.values(type.fields);
      if (inner.length === 0) return { what: 'a struct without fields', fix: 'add a field to it' };
      return inner.map(unholdable).find((wrong) => wrong !== undefined);
    }
    case 'map': {
      const scalar = !['list', 'struct', 'map', 'binary', 'double'].includes(type.key.kind);
      if (!scalar)
        return { what: 'Athena can’t compare such keys', fix: 'use a key of string, int, long, date or decimal' };
      return unholdable(type.key) ?? unholdable(type.value);
    }
    default:
      return undefined;
  }
}
