import type { Duration } from './duration.ts';
import type { Fields } from './field.ts';
import type { Grant } from './grant.ts';
import type { QualityRule } from './quality.ts';

/** How a publication changes what was there: adds facts, replaces rows by key, or is the full state. */
export type PublishMode = 'append' | 'upsert' | 'replace';

/** Measurable promises of a port; a broken one is a warning, and shows in its health. */
export interface Slo {
  /** The newest actual time is at most this old. Needs `actualTime`. */
  readonly freshness?: Duration;
  /** The share of rows (0 to 1) in which none of these fields is null. */
  readonly completeness?: { readonly fields: readonly string[]; readonly share: number };
  /** Rows after a publication. */
  readonly volume?: { readonly minRows?: number; readonly maxRows?: number };
}

/** What a consumer may do with the data and should know. */
export interface Terms {
  readonly usage: string;
  readonly limitations?: string;
  readonly license?: string;
}

/** What a product promises to its consumers. */
export interface OutputOptions<F extends Fields = Fields> {
  readonly description: string;
  readonly fields: F;
  readonly mode: PublishMode;
  /** The fields that tell rows apart. Needed by `upsert` and `replace`. */
  readonly key?: readonly (keyof F & string)[];
  /** The field that says when a fact was true in the business. @default none */
  readonly actualTime?: keyof F & string;
  /** How long older states (and, for `append`, facts) stay readable. @default for ever */
  readonly retention?: Duration;
  /** @default none */
  readonly quality?: readonly QualityRule[];
  /** @default none */
  readonly slo?: Slo;
  /** @default none */
  readonly terms?: Terms;
  /** @default only the owner reads it */
  readonly grants?: readonly Grant[];
}

/** An output port as declared; its key and actual time were checked against its fields when it was. */
export interface Output<F extends Fields = Fields> extends Omit<OutputOptions, 'fields' | 'key' | 'actualTime'> {
  readonly fields: F;
  // Plain names, so that any port is an `Output`: `keyof F` would make the type invariant.
  readonly key?: readonly string[];
  readonly actualTime?: string;
}

/**
 * Declares an output port.
 *
 * @example
 * ```ts
 * import { field, output } from 'cdk-data-mesh';
 * output({ description: 'Vendors', fields: { vendor_id: field.string('Id').required() }, key: ['vendor_id'], mode: 'replace' }).mode; // => 'replace'
 * ```
 */
export function output<F extends Fields>(options: OutputOptions<F>): Output<F> {
  return Object.freeze({ ...options });
}
