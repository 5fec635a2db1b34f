import type { Field } from '../field.ts';
import type { FieldType } from '../field-type.ts';
import { describeType } from '../field-type.ts';
import type { Output } from '../output.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import { listNames, type ProblemList } from './problem-list.ts';

type Place = { product: string; port: string };

/** Refuses output ports whose contract can't hold: keys, modes, types, times, rules and service levels. */
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
    checkPromises(output, where, problems);
    checkRules(output, where, declaration.inputs, declaration.outputs, problems);
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
    const wrong = unholdable(spec.type);
    if (wrong)
      problems.add('invalid-type', { ...where, field }, `type ${describeType(spec.type)}: ${wrong.what}`, wrong.fix);
    if (spec.entity !== undefined && !entities.has(spec.entity)) {
      const message = `identifies \`${spec.entity}\`, which the mesh does not know; it has ${listNames([...entities])}`;
      problems.add('unknown-entity', { ...where, field }, message, 'add it to the mesh’s `entities`');
    }
  }
}

function checkKey(port: string, output: Output, where: Place, problems: ProblemList): void {
  const names = Object.keys(output.fields);
  const key = output.key ?? [];
  if (output.mode !== 'append' && key.length === 0) {
    const fix = `add \`key: ['…']\` or publish by \`append\``;
    problems.add(
      'mode-without-key',
      where,
      `output \`${port}\` publishes by \`${output.mode}\` but has no \`key\``,
      fix,
    );
  }
  for (const field of key) {
    const fix = `name one of its fields: ${listNames(names)}`;
    if (!names.includes(field))
      problems.add('unknown-key', { ...where, field }, `key \`${field}\` is not a field`, fix);
    else if (!output.fields[field]!.spec.required) {
      problems.add(
        'nullable-key',
        { ...where, field },
        `key \`${field}\` may be null`,
        'add `.required()` to the field',
      );
    }
  }
}

function checkPromises({ fields, actualTime, slo, retention }: Output, where: Place, problems: ProblemList): void {
  const time = actualTime === undefined ? undefined : fields[actualTime];
  if (actualTime !== undefined && time?.spec.type.kind !== 'date' && time?.spec.type.kind !== 'timestamp') {
    const message = `actual time \`${actualTime}\` is ${time ? describeType(time.spec.type) : 'not a field'}`;
    problems.add('invalid-actual-time', { ...where, field: actualTime }, message, 'name a date or timestamp field');
  }
  if (slo?.freshness && actualTime === undefined) {
    const message = 'promises freshness, but names no actual time to measure it by';
    problems.add('invalid-slo', where, message, "add `actualTime: '…'`");
  }
  for (const field of slo?.completeness?.fields ?? []) {
    if (fields[field]) continue;
    const message = `completeness names \`${field}\`, which is not a field`;
    problems.add('invalid-slo', { ...where, field }, message, `name one of ${listNames(Object.keys(fields))}`);
  }
  const share = slo?.completeness?.share;
  if (share !== undefined && !(share >= 0 && share <= 1)) {
    problems.add('invalid-slo', where, `completeness ${share} is not a share`, 'give a number from 0 to 1');
  }
  if (retention && !(retention.seconds > 0)) {
    problems.add(
      'invalid-retention',
      where,
      `retention of ${retention.seconds} s keeps nothing`,
      'give a longer one, such as `days(30)`',
    );
  }
}

function checkRules(
  output: Output,
  where: Place,
  inputs: LoadedProduct['declaration']['inputs'],
  outputs: LoadedProduct['declaration']['outputs'],
  problems: ProblemList,
): void {
  for (const rule of output.quality ?? []) {
    if (rule.kind !== 'references') continue;
    const targets = [...Object.keys(inputs), ...Object.keys(outputs)];
    for (const field of rule.fields) {
      if (output.fields[field]) continue;
      problems.add(
        'invalid-rule',
        { ...where, field },
        `rule \`${rule.name}\`: \`${field}\` is not a field`,
        `name one of ${listNames(Object.keys(output.fields))}`,
      );
    }
    if (rule.fields.length !== rule.toFields.length || rule.fields.length === 0) {
      const message = `rule \`${rule.name}\` compares ${rule.fields.length} fields with ${rule.toFields.length}`;
      problems.add('invalid-rule', where, message, 'name as many fields on both sides');
    }
    if (!targets.includes(rule.to)) {
      const message = `rule \`${rule.name}\` refers to \`${rule.to}\`, which is neither an input nor an output of this product`;
      problems.add('invalid-rule', where, message, `name one of ${listNames(targets)}`);
    }
  }
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
      return unholdable(type.value);
    }
    default:
      return undefined;
  }
}
