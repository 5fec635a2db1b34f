/** How inputs become outputs. */
export type Transform = SqlTransform | CodeTransform | ModelTransform;

/** A named SELECT that later ones can read; without text it is read from `<name>.sql`. */
export interface SqlStep {
  readonly name: string;
  readonly sql?: string;
}

/** One SELECT for each output port, in Athena's dialect. */
export interface SqlTransform {
  readonly kind: 'sql';
  readonly steps: readonly SqlStep[];
  /** By output port; a port that is missing is read from `<port>.sql` beside the product's file. */
  readonly statements: { readonly [port: string]: string };
}

/** A TypeScript function over rows, the default export of a file beside the product's. */
export interface CodeTransform {
  readonly kind: 'code';
  readonly file: string;
}

/** A TypeScript function that trains and applies a model; its seed is a part of what the result is named by. */
export interface ModelTransform {
  readonly kind: 'model';
  readonly file: string;
  readonly seed: number;
}

/** Steps that run first, in order, and statements that stand in no file. */
export interface SqlOptions {
  readonly steps?: readonly (string | SqlStep)[];
  readonly statements?: { readonly [port: string]: string };
}

/**
 * Transforms by SQL.
 *
 * @example
 * ```ts
 * import { sql } from 'cdk-data-mesh';
 * sql({ steps: ['clean'] }).steps[0]?.name; // => 'clean'
 * ```
 */
export function sql(options: SqlOptions = {}): SqlTransform {
  const steps = (options.steps ?? []).map((step) => (typeof step === 'string' ? { name: step } : step));
  return Object.freeze({ kind: 'sql', steps, statements: options.statements ?? {} });
}

/**
 * Transforms by a TypeScript function over rows; see `defineTransform`.
 *
 * @param file beside the product's file.
 *
 * @example
 * ```ts
 * import { code } from 'cdk-data-mesh';
 * code('transform.ts').file; // => 'transform.ts'
 * ```
 */
export function code(file: string): CodeTransform {
  return Object.freeze({ kind: 'code', file });
}

/**
 * Transforms by a trained model: code with a fixed seed; see `defineTransform`.
 *
 * @param file beside the product's file.
 *
 * @example
 * ```ts
 * import { model } from 'cdk-data-mesh';
 * model('transform.ts', { seed: 7 }).seed; // => 7
 * ```
 */
export function model(file: string, options: { readonly seed: number }): ModelTransform {
  return Object.freeze({ kind: 'model', file, seed: options.seed });
}
