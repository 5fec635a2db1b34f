import type { ProductDeclaration } from './define-product.ts';
import type { Row } from './field.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';

/** Rows of one input: iterate them, or have the engine sort them first so that a fold needs no memory. */
export interface InputRows<R> extends AsyncIterable<R> {
  orderedBy(...fields: (keyof R & string)[]): AsyncIterable<R>;
}

type InputRow<I> = I extends Input<infer F> ? Row<F> : never;
type OutputRow<O> = O extends Output<infer F> ? Row<F> : never;

/** A row of one of a product's inputs: `InputRowOf<typeof product, 'tracking'>`. */
export type InputRowOf<P extends ProductDeclaration, Name extends keyof P['inputs']> = InputRow<P['inputs'][Name]>;
/** A row of one of a product's output ports. */
export type OutputRowOf<P extends ProductDeclaration, Port extends keyof P['outputs']> = OutputRow<P['outputs'][Port]>;

/** What a transformation is given. */
export interface TransformContext<P extends ProductDeclaration> {
  readonly inputs: { readonly [Name in keyof P['inputs']]: InputRows<InputRow<P['inputs'][Name]>> };
  /** The product's fixed seed; 0 unless the transformation is a `model`. */
  readonly seed: number;
}

/** A row for one of the product's output ports. */
export type PortRow<P extends ProductDeclaration> = {
  readonly [Port in keyof P['outputs']]: { readonly port: Port; readonly row: OutputRow<P['outputs'][Port]> };
}[keyof P['outputs']];

/** A function from typed input rows to typed output rows, as a stream. */
export type TransformFunction<P extends ProductDeclaration> = (
  context: TransformContext<P>,
) => AsyncIterable<PortRow<P>>;

/**
 * Types a product's TypeScript transformation, the default export of its `transform.ts`.
 * A row that does not fit the contract does not compile.
 *
 * @example
 * ```ts
 * import { defineTransform, type ProductDeclaration } from 'cdk-data-mesh';
 * const copy = defineTransform<ProductDeclaration>(async function* ({ inputs }) {
 *   for await (const row of inputs.events!) yield { port: 'events', row };
 * });
 * typeof copy; // => 'function'
 * ```
 */
export function defineTransform<P extends ProductDeclaration>(transform: TransformFunction<P>): TransformFunction<P> {
  return transform;
}
