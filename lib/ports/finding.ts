import type { Severity } from '../model/field.ts';
import type { ProductId } from '../model/names.ts';

/** One broken rule of a run. */
export interface Finding {
  readonly severity: Severity;
  /** The rule's name; those of fields are `<field>:required`, `<field>:min` and so on. */
  readonly rule: string;
  readonly product: ProductId;
  readonly port: string;
  readonly field?: string;
  /** Rows that break it; for rules over the table 1. */
  readonly count: number;
  /** `count` as a share (0 to 1) of the rows looked at. */
  readonly share: number;
  /** Up to five keys (or values, without a key) of rows that break it. */
  readonly examples: readonly string[];
  /** In words, with the value and what was promised. */
  readonly message: string;
}
