import type { Severity } from './field.ts';

/** A rule beyond single fields. */
export type QualityRule = RowRule | TableRule | ReferenceRule;

interface AnyRule {
  /** snake_case, unique in its port. */
  readonly name: string;
  readonly description?: string;
  readonly severity: Severity;
}

/** A condition that is true for each row (null counts as broken). */
export interface RowRule extends AnyRule {
  readonly kind: 'row';
  readonly condition: string;
}

/** A condition over aggregates that is true for the whole table. */
export interface TableRule extends AnyRule {
  readonly kind: 'table';
  readonly condition: string;
}

/** Values that exist as a key elsewhere; rows with a null among the fields are not looked at. */
export interface ReferenceRule extends AnyRule {
  readonly kind: 'references';
  readonly fields: readonly string[];
  /** An input of the product, or another output port of it. */
  readonly to: string;
  readonly toFields: readonly string[];
  /** The share of rows (0 to 1) that must find their key. */
  readonly minShare: number;
}

/** What may be said of any rule. */
export interface RuleOptions {
  readonly description?: string;
  /** @default 'error' */
  readonly severity?: Severity;
}

/** What may be said of a reference. */
export interface ReferenceOptions extends RuleOptions {
  /** @default 1, every row */
  readonly minShare?: number;
}

/** What a rule is when its declaration is silent. */
export const RULE_DEFAULTS = { severity: 'error', minShare: 1 } as const;

/**
 * Builds rules over rows, over the table, and to another port's key. Conditions are in Athena's SQL.
 *
 * @example
 * ```ts
 * import { rule } from 'cdk-data-mesh';
 * rule.row('late_is_less', 'late <= deliveries').severity; // => 'error'
 * ```
 */
export const rule = {
  row: (name: string, condition: string, options: RuleOptions = {}): RowRule =>
    Object.freeze({ kind: 'row', name, condition, severity: RULE_DEFAULTS.severity, ...options }),
  table: (name: string, condition: string, options: RuleOptions = {}): TableRule =>
    Object.freeze({ kind: 'table', name, condition, severity: RULE_DEFAULTS.severity, ...options }),
  references: (
    name: string,
    fields: readonly string[],
    to: string,
    toFields: readonly string[],
    options: ReferenceOptions = {},
  ): ReferenceRule => Object.freeze({ kind: 'references', name, fields, to, toFields, ...RULE_DEFAULTS, ...options }),
};
