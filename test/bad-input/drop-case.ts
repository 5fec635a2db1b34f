/** What a drop holds and what must come of it. */
export interface DropCase {
  /** Of the product, kebab-case. */
  readonly name: string;
  readonly format: 'csv' | 'ndjson' | 'parquet';
  /** Drops by name; of Parquet, a SELECT that makes it, or its bytes. */
  readonly drops: { readonly [name: string]: string | Uint8Array };
  readonly fields: { readonly [name: string]: string };
  readonly options?: string;
  /** Rows that are published, sorted; or why nothing is. */
  readonly rows?: readonly (readonly unknown[])[];
  readonly refused?: Refused;
}

export interface Refused {
  readonly code: string;
  readonly says: RegExp;
  /** The drop's name. */
  readonly file?: string;
  readonly line?: number;
  readonly field?: string;
}

export const FIELDS = {
  id: "field.string('Id').required()",
  n: "field.int('Int')",
  big: "field.long('Long')",
  x: "field.double('Double')",
  price: "field.decimal(6, 2, 'Decimal')",
  ok: "field.boolean('Boolean')",
  day: "field.date('Date')",
  at: "field.timestamp('Timestamp')",
} as const;
