/** The model's schema and its hand-written type are one. Checked by `tsc`; see types.test.ts. */
import type { z } from 'zod';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import type { modelSchema } from '../../lib/model/model-schema.ts';
import { expectType } from './equal.ts';

type Parsed = z.infer<typeof modelSchema>;

/** As read from either side: without `readonly`, and interfaces spelled out. */
type Plain<T> = T extends string | number | boolean | undefined | null
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : { -readonly [Key in keyof T]: Plain<T[Key]> };
type IsAssignable<From, To> = [From] extends [To] ? true : false;

expectType<IsAssignable<Plain<MeshModel>, Plain<Parsed>>>();
expectType<IsAssignable<Plain<Parsed>, Plain<MeshModel>>>();

/** No property of one is unknown to the other, however deep: assignability alone would not tell of optional ones. */
type Paths<T, Depth extends 1[] = []> = Depth['length'] extends 9
  ? never
  : T extends string | number | boolean | undefined | null
    ? never
    : T extends readonly (infer Item)[]
      ? Paths<Item, [...Depth, 1]>
      : T extends object
        ? { [Key in keyof T & string]: Key | `${Key}.${Paths<T[Key], [...Depth, 1]>}` }[keyof T & string]
        : never;
type Shallow<T> = Paths<Omit<T, 'products'>>;
expectType<IsAssignable<Shallow<MeshModel>, Shallow<Parsed>>>();
expectType<IsAssignable<Shallow<Parsed>, Shallow<MeshModel>>>();

type Keys<T> = T extends unknown ? keyof T : never;
type Product<T extends { products: readonly unknown[] }> = T['products'][number];
type Output<T extends { products: readonly { outputs: readonly unknown[] }[] }> = Product<T>['outputs'][number];
type SameKeys<A, B> = [Keys<A>, Keys<B>] extends [Keys<B>, Keys<A>] ? true : false;

expectType<SameKeys<Product<MeshModel>, Product<Parsed>>>();
expectType<SameKeys<Output<MeshModel>, Output<Parsed>>>();
expectType<SameKeys<Output<MeshModel>['fields'][number], Output<Parsed>['fields'][number]>>();
expectType<SameKeys<Output<MeshModel>['quality'][number], Output<Parsed>['quality'][number]>>();
expectType<SameKeys<Output<MeshModel>['grants'][number], Output<Parsed>['grants'][number]>>();
expectType<SameKeys<Output<MeshModel>['slo'], Output<Parsed>['slo']>>();
expectType<SameKeys<MeshModel['products'][number]['inputs'][number], Parsed['products'][number]['inputs'][number]>>();
expectType<SameKeys<MeshModel['products'][number]['transform'], Parsed['products'][number]['transform']>>();
expectType<SameKeys<MeshModel['products'][number]['refresh'], Parsed['products'][number]['refresh']>>();
expectType<
  SameKeys<MeshModel['products'][number]['policies'][number], Parsed['products'][number]['policies'][number]>
>();
