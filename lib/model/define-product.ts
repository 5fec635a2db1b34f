import { freezeDeep } from './freeze-deep.ts';
import type { Inputs } from './input.ts';
import type { Output } from './output.ts';
import type { Transform } from './transform.ts';

/** Near a source, composed of other products, or made for one use. */
export type Archetype = 'source-aligned' | 'aggregate' | 'consumer-aligned';
/** Where a product is in its life; a deprecated one says when its support ends. */
export type Status = 'draft' | 'active' | 'deprecated' | 'retired';
/** Output ports by name. */
export type Outputs = { readonly [port: string]: Output };

/** Who answers for a product. */
export interface Owner {
  /** A team of the mesh. */
  readonly team: string;
  readonly contact: string;
}

/** When a product runs: when any input, or when all inputs, have a publication it has not read. */
export interface Refresh {
  readonly on: 'any' | 'all';
  /** EventBridge's form, `rate(1 day)` or `cron(0 6 * * ? *)`; besides the inputs' events. @default none */
  readonly schedule?: string;
}

/** A rule a domain sets for its own product: no field above this classification, no consumer but these teams. */
export type LocalPolicy =
  | { readonly kind: 'max-classification'; readonly classification: 'public' | 'internal' | 'confidential' }
  | { readonly kind: 'consumers'; readonly teams: readonly string[] };

/** Everything a domain team says about one data product. */
export interface ProductDeclaration {
  readonly domain: string;
  readonly name: string;
  /** Semantic version of its contracts. */
  readonly version: string;
  readonly archetype: Archetype;
  readonly purpose: string;
  readonly owner: Owner;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly transform: Transform;
  /** @default on any input */
  readonly refresh?: Refresh;
  /** @default none */
  readonly policies?: readonly LocalPolicy[];
  /** @default 'active' */
  readonly status?: Status;
  /** The last day of support, ISO; needed when `deprecated`. */
  readonly endOfSupport?: string;
  /** @default none */
  readonly tags?: readonly string[];
}

/**
 * Declares a data product: frozen data, from which a local run and a stack are both made.
 *
 * @example
 * ```ts
 * import { defineProduct, field, output, source, sql } from 'cdk-data-mesh';
 * const vendors = defineProduct({
 *   domain: 'ecommerce', name: 'vendors', version: '1.0.0', archetype: 'source-aligned', purpose: 'Who sells',
 *   owner: { team: 'ecommerce', contact: 'shop@opetence.example' },
 *   inputs: { drops: source({ description: 'Nightly', path: 'ecommerce/vendors', format: 'csv', fields: { id: field.string('Id') } }) },
 *   outputs: { vendors: output({ description: 'Vendors', fields: { id: field.string('Id').required() }, key: ['id'], mode: 'upsert' }) },
 *   transform: sql({ statements: { vendors: 'SELECT id FROM drops' } }),
 * });
 * vendors.outputs.vendors.mode; // => 'upsert'
 * ```
 */
export function defineProduct<const P extends ProductDeclaration>(product: P): P {
  return freezeDeep({ ...product });
}
