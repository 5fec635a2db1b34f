import type { Severity } from '../model/field.ts';
import { trinoType } from '../model/field-type.ts';
import type { FieldModel, OutputModel } from '../model/mesh-model.ts';
import type { ReferenceRule } from '../model/quality.ts';
import { measuredTable } from '../ports/warehouse.ts';

/** One rule of a port as something to measure. All SQL is Athena's. */
export type Check = RowCheck | TableCheck | CountCheck;

interface AnyCheck {
  readonly rule: string;
  readonly severity: Severity;
  readonly field?: string;
  /** What was promised, for the finding. */
  readonly promise: string;
}

/** Broken by each row for which `broken` is true. */
export interface RowCheck extends AnyCheck {
  readonly kind: 'row';
  readonly broken: string;
  /** The share of rows (0 to 1) that may break it without a finding. */
  readonly tolerated: number;
}

/** Broken when a condition over aggregates is not true. */
export interface TableCheck extends AnyCheck {
  readonly kind: 'table';
  readonly condition: string;
}

/** Broken by as many rows as `source` has; each of its rows has the columns `columns`. */
export interface CountCheck extends AnyCheck {
  readonly kind: 'count';
  /** A SELECT whose column `BROKEN` says how many rows each of its rows stands for. */
  readonly source: string;
  readonly columns: readonly string[];
  readonly tolerated: number;
}

/** The column of a check's source that says how many rows each of its rows stands for; no field can be named so. */
export const BROKEN = '"#broken"';
/** A name as SQL takes it, whatever it is. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Text as SQL takes it. */
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Every rule that a contract holds its rows to, service levels excepted. */
export function ruleChecks(output: OutputModel, references: (rule: ReferenceRule) => string): Check[] {
  const checks = output.fields.flatMap((field) => fieldChecks(output, field));
  if (output.key.length > 0)
    checks.push(uniqueCheck(output, 'key', output.key, 'error', 'rows have a key of their own'));
  for (const rule of output.quality) {
    const { name, severity } = rule;
    const promise =
      rule.description ??
      (rule.kind === 'references' ? `\`${rule.fields.join(', ')}\` exists in \`${rule.to}\`` : rule.condition);
    if (rule.kind === 'row') {
      checks.push({
        kind: 'row',
        rule: name,
        severity,
        promise,
        broken: `NOT coalesce((${rule.condition}\n), false)`,
        tolerated: 0,
      });
    } else if (rule.kind === 'table') {
      checks.push({ kind: 'table', rule: name, severity, promise, condition: rule.condition });
    } else {
      const pairs = rule.fields.map((field, index) => `r.${quoted(rule.toFields[index]!)} = s.${quoted(field)}`);
      const given = rule.fields.map((field) => `s.${quoted(field)} IS NOT NULL`);
      const columns = output.key.length > 0 ? [...new Set([...output.key, ...rule.fields])] : rule.fields;
      const source =
        `SELECT ${columns.map((field) => `s.${quoted(field)}`).join(', ')}, 1 AS ${BROKEN} FROM ${staged(output)} AS s ` +
        `WHERE ${given.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${references(rule)} AS r WHERE ${pairs.join(' AND ')})`;
      checks.push({ kind: 'count', rule: name, severity, promise, source, columns, tolerated: 1 - rule.minShare });
    }
  }
  return checks;
}

function fieldChecks(output: OutputModel, field: FieldModel): Check[] {
  const { name, severity } = field;
  const column = quoted(name);
  const checks: Check[] = [];
  const row = (rule: string, promise: string, broken: string, of: Severity = severity) =>
    checks.push({ kind: 'row', rule: `${name}:${rule}`, field: name, severity: of, promise, broken, tolerated: 0 });
  const value = (of: string | number | boolean) =>
    typeof of === 'string' && field.type.kind !== 'string'
      ? `CAST(${literal(of)} AS ${trinoType(field.type)})`
      : typeof of === 'string'
        ? literal(of)
        : String(of);
  if (field.required) row('required', 'is never null', `${column} IS NULL`, 'error');
  if (field.min !== undefined) row('min', `is at least ${field.min}`, `${column} < ${value(field.min)}`);
  if (field.max !== undefined) row('max', `is at most ${field.max}`, `${column} > ${value(field.max)}`);
  if (field.minLength !== undefined)
    row('min-length', `has at least ${field.minLength} characters`, `length(${column}) < ${field.minLength}`);
  if (field.maxLength !== undefined)
    row('max-length', `has at most ${field.maxLength} characters`, `length(${column}) > ${field.maxLength}`);
  if (field.pattern !== undefined)
    row('pattern', `matches \`${field.pattern}\``, `NOT regexp_like(${column}, ${literal(field.pattern)})`);
  if (field.oneOf !== undefined) {
    row('one-of', `is one of ${field.oneOf.join(', ')}`, `${column} NOT IN (${field.oneOf.map(value).join(', ')})`);
  }
  if (field.unique) checks.push(uniqueCheck(output, `${name}:unique`, [name], severity, 'has no value twice', name));
  return checks;
}

/** Rows beyond the first of each value, and rows whose value is there already in a row that stays. */
function uniqueCheck(
  output: OutputModel,
  rule: string,
  fields: readonly string[],
  severity: Severity,
  promise: string,
  field?: string,
): Check {
  const columns = fields.map(quoted).join(', ');
  const notNull = fields.map((name) => `${quoted(name)} IS NOT NULL`).join(' AND ');
  const twice = `SELECT ${columns}, count(*) - 1 AS ${BROKEN} FROM ${staged(output)} WHERE ${notNull} GROUP BY ${columns} HAVING count(*) > 1`;
  const pairs = fields.map((name) => `b.${quoted(name)} = s.${quoted(name)}`).join(' AND ');
  const isKey = fields.length === output.key.length && fields.every((name) => output.key.includes(name));
  const stays = output.mode === 'append' || (output.mode === 'upsert' && !isKey);
  const again =
    `SELECT ${fields.map((name) => `s.${quoted(name)}`).join(', ')}, 1 AS ${BROKEN} FROM ${staged(output)} AS s ` +
    `WHERE EXISTS (SELECT 1 FROM ${staying(output)} AS b WHERE ${pairs})`;
  const source = stays ? `${twice} UNION ALL ${again}` : twice;
  return { kind: 'count', rule, severity, field, promise, source, columns: fields, tolerated: 0 };
}

/** What was there before and is not replaced, by its key, by what is staged. */
function staying({ name, mode, key }: OutputModel): string {
  const before = quoted(measuredTable.before(name));
  if (mode === 'append') return before;
  const pairs = key.map((field) => `k.${quoted(field)} = o.${quoted(field)}`).join(' AND ');
  const replaced = `SELECT 1 FROM ${quoted(measuredTable.staged(name))} AS k WHERE ${pairs}`;
  return `(SELECT * FROM ${before} AS o WHERE NOT EXISTS (${replaced}))`;
}

function staged(output: OutputModel): string {
  return quoted(measuredTable.staged(output.name));
}
