import type { EntityDeclaration } from './define-entity.ts';
import type { FieldType } from './field-type.ts';

/** How careful one must be with a field's values, from least to most. */
export type Classification = 'public' | 'internal' | 'confidential' | 'personal';
/** What a broken rule does: `error` stops the publication, `warning` is reported. */
export type Severity = 'error' | 'warning';
/** Values that JSON holds, as they stand in bounds, allowed values and examples. */
export type Literal = string | number | boolean;

/** A field of a contract, as plain data. */
export interface FieldSpec {
  readonly type: FieldType;
  readonly description: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly min?: Literal;
  readonly max?: Literal;
  /** In characters, as is `maxLength`. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression that every value matches (RE2's syntax, which Trino and DuckDB share). */
  readonly pattern?: string;
  readonly oneOf?: readonly Literal[];
  readonly classification: Classification;
  /** The entity whose key this field holds. */
  readonly entity?: string;
  readonly examples: readonly Literal[];
  /** What numbers count: `EUR`, `km`. */
  readonly unit?: string;
  /** Of the rules about its values; its type always is an error. */
  readonly severity: Severity;
}

/** What a field is when its declaration is silent. */
export const FIELD_DEFAULTS = {
  required: false,
  unique: false,
  classification: 'internal',
  examples: [],
  severity: 'error',
} as const satisfies Partial<FieldSpec>;

/**
 * A field under construction; every call returns a new one.
 * `Value` is what its values are in TypeScript, `Required` whether they are never null.
 */
export class Field<Value = unknown, Required extends boolean = boolean> {
  /** Types only: never present at run time. */
  declare readonly _value: Value;
  declare readonly _required: Required;
  readonly spec: FieldSpec;

  constructor(spec: FieldSpec) {
    this.spec = Object.freeze(spec);
    Object.freeze(this);
  }

  /** Never null. */
  required(): Field<Value, true> {
    return this.#with({ required: true });
  }
  /** No value twice. */
  unique(): Field<Value, Required> {
    return this.#with({ unique: true });
  }
  /** The least value allowed; dates and timestamps as ISO strings. */
  min(min: Literal): Field<Value, Required> {
    return this.#with({ min });
  }
  /** The greatest value allowed. */
  max(max: Literal): Field<Value, Required> {
    return this.#with({ max });
  }
  /** The fewest characters that a value has. */
  minLength(minLength: number): Field<Value, Required> {
    return this.#with({ minLength });
  }
  /** The most characters that a value has. */
  maxLength(maxLength: number): Field<Value, Required> {
    return this.#with({ maxLength });
  }
  /** A regular expression that every value matches somewhere; anchor it with `^` and `$`. */
  pattern(pattern: string): Field<Value, Required> {
    return this.#with({ pattern });
  }
  /** The only values allowed. */
  oneOf<const Choice extends ChoiceOf<Value>>(...oneOf: Choice[]): Field<Chosen<Value, Choice>, Required> {
    return this.#with({ oneOf });
  }
  /** How careful one must be with its values. @default 'internal' */
  classified(classification: Classification): Field<Value, Required> {
    return this.#with({ classification });
  }
  /** Says that values are keys of an entity, which makes ports joinable and subjects erasable. */
  identifies(entity: EntityDeclaration): Field<Value, Required> {
    return this.#with({ entity: entity.name });
  }
  /** Values as they may be, for whoever reads the contract; nothing is held against them. */
  examples(...examples: Literal[]): Field<Value, Required> {
    return this.#with({ examples });
  }
  /** What its numbers count, for whoever reads the contract: `EUR`, `km`. */
  unit(unit: string): Field<Value, Required> {
    return this.#with({ unit });
  }
  /** Reports broken rules of this field as warnings instead of stopping the publication. */
  warn(): Field<Value, Required> {
    return this.#with({ severity: 'warning' });
  }

  #with<V, R extends boolean>(change: Partial<FieldSpec>): Field<V, R> {
    return new Field<V, R>({ ...this.spec, ...change });
  }
}

/** What a field's choices are written as: JSON has no `bigint`, so those of a `long` are numbers. */
type ChoiceOf<Value> = Value extends bigint ? number : Value & Literal;
type Chosen<Value, Choice> = Value extends bigint ? Value : Choice;

/** Fields by name, in the order of the contract. */
export type Fields = { readonly [name: string]: Field };

/** What one row looks like in a TypeScript transformation. */
export type Row<F extends Fields> = {
  -readonly [Name in keyof F]: F[Name]['_required'] extends true ? F[Name]['_value'] : F[Name]['_value'] | null;
};

function create<Value>(type: FieldType, description: string): Field<Value, false> {
  return new Field({ ...FIELD_DEFAULTS, type, description });
}

function typesOf(fields: Fields): { [name: string]: FieldType } {
  return Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, of.spec.type]));
}

/**
 * Builds the fields of a contract.
 *
 * In TypeScript a `long` is a `bigint`; decimals, dates and timestamps are strings (`'12.34'`, `'2026-01-31'`,
 * `'2026-01-31 08:15:00'`), so that nothing is rounded on the way.
 *
 * @example
 * ```ts
 * import { field } from 'cdk-data-mesh';
 * field.decimal(12, 2, 'Paid').required().min(0).unit('EUR').spec.unit; // => 'EUR'
 * ```
 */
export const field = {
  string: (description: string) => create<string>({ kind: 'string' }, description),
  int: (description: string) => create<number>({ kind: 'int' }, description),
  long: (description: string) => create<bigint>({ kind: 'long' }, description),
  double: (description: string) => create<number>({ kind: 'double' }, description),
  decimal: (precision: number, scale: number, description: string) =>
    create<string>({ kind: 'decimal', precision, scale }, description),
  boolean: (description: string) => create<boolean>({ kind: 'boolean' }, description),
  date: (description: string) => create<string>({ kind: 'date' }, description),
  timestamp: (description: string) => create<string>({ kind: 'timestamp' }, description),
  binary: (description: string) => create<Uint8Array>({ kind: 'binary' }, description),
  list: <Value>(of: Field<Value>, description: string) =>
    create<Value[]>({ kind: 'list', of: of.spec.type }, description),
  struct: <F extends Fields>(fields: F, description: string) =>
    create<Row<F>>({ kind: 'struct', fields: typesOf(fields) }, description),
  map: <Key, Value>(key: Field<Key>, value: Field<Value>, description: string) =>
    create<Map<Key, Value>>({ kind: 'map', key: key.spec.type, value: value.spec.type }, description),
};
