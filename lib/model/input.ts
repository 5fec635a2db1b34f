import type { ProductDeclaration } from './define-product.ts';
import type { Fields } from './field.ts';
import type { Output } from './output.ts';

/** What a run reads of an input: its state, or only what was not read before. */
export type ReadMode = 'all' | 'new';

/** An input port that is another product's output port. */
export interface PortInput<F extends Fields = Fields> {
  readonly kind: 'port';
  /** `domain/product` */
  readonly product: string;
  readonly port: string;
  readonly purpose?: string;
  readonly read?: ReadMode;
  /** Types only: never present at run time. */
  readonly _fields?: F;
}

/** How the drops of a source are written. */
export type SourceFormat = 'csv' | 'ndjson' | 'parquet';

/** An operational source: a folder in which another system drops files. */
export interface SourceInput<F extends Fields = Fields> extends SourceInputOptions<F> {
  readonly kind: 'source';
}

/** What a product reads: another product's port, or an operational source. */
export type Input<F extends Fields = Fields> = PortInput<F> | SourceInput<F>;
/** Inputs by the name that the transformation knows them by. */
export type Inputs = { readonly [name: string]: Input };

/** How a product reads another product's port. */
export interface PortInputOptions {
  /** Why it is read; a grant of the port names the same purpose. Needed across domains. */
  readonly purpose?: string;
  /** @default 'new' in a product that appends, else 'all' */
  readonly read?: ReadMode;
}

/** What a product says of an operational source. */
export interface SourceInputOptions<F extends Fields> {
  readonly description: string;
  /** Folder (or one file) below the landing folder, such as `logistics/tracking`. */
  readonly path: string;
  readonly format: SourceFormat;
  readonly fields: F;
  /** CSV only. @default ',' */
  readonly delimiter?: string;
  /** CSV only: whether the first line names the columns. @default true */
  readonly header?: boolean;
  /** CSV only. @default 'utf-8' */
  readonly encoding?: 'utf-8' | 'latin-1';
  /** @default 'all' in a product that replaces, else 'new' */
  readonly read?: ReadMode;
}

type PortsOf<P> = P extends { readonly outputs: infer O } ? O : never;
type FieldsOf<O> = O extends Output<infer F> ? F : never;

/**
 * Declares that a product reads another product's output port.
 *
 * @example
 * ```ts
 * import { defineProduct, field, input, output, sql } from 'cdk-data-mesh';
 * const vendors = defineProduct({
 *   domain: 'ecommerce', name: 'vendors', version: '1.0.0', archetype: 'source-aligned', purpose: 'Who sells',
 *   owner: { team: 'ecommerce', contact: 'shop@opetence.example' }, inputs: {}, transform: sql(),
 *   outputs: { vendors: output({ description: 'Vendors', fields: { vendor_id: field.string('Id') }, mode: 'append' }) },
 * });
 * input(vendors, 'vendors', { purpose: 'scoring' }).product; // => 'ecommerce/vendors'
 * ```
 */
export function input<P extends ProductDeclaration, Port extends keyof PortsOf<P> & string>(
  product: P,
  port: Port,
  options: PortInputOptions = {},
): PortInput<FieldsOf<PortsOf<P>[Port]>> {
  return Object.freeze({ kind: 'port', product: `${product.domain}/${product.name}`, port, ...options });
}

/**
 * Declares that a product reads the drops of an operational system.
 *
 * @example
 * ```ts
 * import { field, source } from 'cdk-data-mesh';
 * source({ description: 'Scans', path: 'logistics/tracking', format: 'ndjson', fields: { at: field.timestamp('When') } }).format; // => 'ndjson'
 * ```
 */
export function source<F extends Fields>(options: SourceInputOptions<F>): SourceInput<F> {
  return Object.freeze({ kind: 'source', ...options });
}
