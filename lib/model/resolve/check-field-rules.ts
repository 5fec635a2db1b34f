import type { FieldSpec, Literal } from '../field.ts';
import { describeType, type FieldType } from '../field-type.ts';

/** Something a field promises of its values that no engine could measure. */
export interface FieldRuleProblem {
  readonly message: string;
  readonly fix: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/;
const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
/** What JavaScript's expressions have and RE2's do not: they could not be matched in linear time. */
const NOT_RE2 = /\(\?(=|!|<=|<!)|\\[1-9]|\\k</;

/** Finds the rules of a field that do not fit its type, such as a pattern of a number. */
export function findFieldRuleProblems(spec: FieldSpec): FieldRuleProblem[] {
  const found: FieldRuleProblem[] = [];
  const type = describeType(spec.type);
  const add = (message: string, fix: string) => found.push({ message, fix });
  const bounds = Object.entries({ min: spec.min, max: spec.max }).filter(([, bound]) => bound !== undefined);
  for (const [name, bound] of bounds as [string, Literal][]) {
    if (spec.type.kind === 'boolean' || !fits(bound, spec.type)) {
      add(`\`${name}(${show(bound)})\` is no bound of a ${type}`, `give ${exampleOf(spec.type)}, or leave it out`);
    }
  }
  if (
    found.length === 0 &&
    spec.min !== undefined &&
    spec.max !== undefined &&
    isGreater(spec.min, spec.max, spec.type)
  ) {
    add(`its least value ${show(spec.min)} is greater than its greatest ${show(spec.max)}`, 'swap them');
  }
  const lengths = Object.entries({ minLength: spec.minLength, maxLength: spec.maxLength });
  for (const [name, length] of lengths) {
    if (length === undefined) continue;
    if (spec.type.kind !== 'string') add(`\`${name}\` is for strings, and this is a ${type}`, 'leave it out');
    else if (!Number.isInteger(length) || length < 0) add(`\`${name}(${length})\` is no length`, 'give 0, 1, 2 …');
  }
  if (spec.minLength !== undefined && spec.maxLength !== undefined && spec.minLength > spec.maxLength) {
    add(`its least length ${spec.minLength} is greater than its greatest ${spec.maxLength}`, 'swap them');
  }
  if (spec.pattern !== undefined && spec.type.kind !== 'string') {
    add(`\`pattern\` is for strings, and this is a ${type}`, 'leave it out');
  } else if (spec.pattern !== undefined && !isRe2(spec.pattern)) {
    const fix = 'write it in RE2’s syntax: no look-around, no back-references';
    add(`\`${spec.pattern}\` is no regular expression that Athena takes`, fix);
  }
  if (spec.oneOf?.length === 0) add('`oneOf()` allows no value', 'name the values, or leave it out');
  for (const choice of spec.oneOf ?? []) {
    if (!fits(choice, spec.type)) add(`\`oneOf\`: ${show(choice)} is no ${type}`, `give ${exampleOf(spec.type)}`);
  }
  return found;
}

/** Whether a literal of a declaration can be compared with values of a type. */
function fits(literal: Literal, type: FieldType): boolean {
  switch (type.kind) {
    case 'string':
      return typeof literal === 'string';
    case 'boolean':
      return typeof literal === 'boolean';
    case 'int':
    case 'long':
      return Number.isInteger(literal);
    case 'double':
      return Number.isFinite(literal);
    case 'decimal':
      return Number.isFinite(literal) || (typeof literal === 'string' && DECIMAL.test(literal));
    case 'date':
      return typeof literal === 'string' && DATE.test(literal) && isTime(literal);
    case 'timestamp':
      return typeof literal === 'string' && (TIMESTAMP.test(literal) || DATE.test(literal)) && isTime(literal);
    default:
      return false;
  }
}

function isTime(text: string): boolean {
  const time = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
}

function isGreater(min: Literal, max: Literal, { kind }: FieldType): boolean {
  const isText = kind === 'string' || kind === 'date' || kind === 'timestamp';
  return isText ? String(min) > String(max) : Number(min) > Number(max);
}

function isRe2(pattern: string): boolean {
  if (NOT_RE2.test(pattern.replaceAll('\\\\', ''))) return false;
  try {
    // Without flags, and with names as JavaScript writes them; the rest reads alike.
    new RegExp(
      pattern
        .replace(/\(\?[imsU-]+\)/g, '')
        .replace(/\(\?[imsU-]+:/g, '(?:')
        .replaceAll('(?P<', '(?<'),
    );
    return true;
  } catch {
    return false;
  }
}

function exampleOf({ kind }: FieldType): string {
  if (kind === 'date') return "a day such as `'2026-01-31'`";
  if (kind === 'timestamp') return "a time such as `'2026-01-31 08:15:00'`";
  return kind === 'string' ? 'a text' : kind === 'boolean' ? 'true or false' : 'a number';
}

function show(literal: Literal): string {
  return typeof literal === 'string' ? `'${literal}'` : String(literal);
}
