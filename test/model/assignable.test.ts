import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignable } from '../../lib/model/assignable.ts';
import type { FieldType } from '../../lib/model/field-type.ts';

const scalars = ['string', 'int', 'long', 'double', 'boolean', 'date', 'timestamp', 'binary'] as const;
const decimal = fc
  .integer({ min: 1, max: 38 })
  .chain((precision) =>
    fc.integer({ min: 0, max: precision }).map((scale): FieldType => ({ kind: 'decimal', precision, scale })),
  );
const { type } = fc.letrec<{ type: FieldType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...scalars).map((kind): FieldType => ({ kind })),
    decimal,
    tie('type').map((of): FieldType => ({ kind: 'list', of })),
    fc.tuple(tie('type'), tie('type')).map(([key, value]): FieldType => ({ kind: 'map', key, value })),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'constructor'), tie('type'), { minKeys: 1 })
      .map((fields): FieldType => ({ kind: 'struct', fields })),
  ),
}));

test('every type is assignable to itself, and two different ones at most one way round', () => {
  fc.assert(
    fc.property(type, type, (a, b) => {
      expect(assignable(a, a)).toBe(true);
      if (assignable(a, b) && assignable(b, a)) expect(shape(a)).toEqual(shape(b));
    }),
  );
});

test('what is assignable to a type is so to all that type is assignable to', () => {
  fc.assert(
    fc.property(type, type, type, (a, b, c) => {
      fc.pre(assignable(a, b) && assignable(b, c));
      expect(assignable(a, c)).toBe(true);
    }),
    { numRuns: 20, maxSkipsPerRun: 2_000 },
  );
});

test('only widenings that lose nothing are assignable', () => {
  const pairs = scalars.flatMap((from) => scalars.map((to) => [from, to] as const));
  const wider = pairs.filter(([from, to]) => from !== to && assignable({ kind: from }, { kind: to }));
  expect(wider).toEqual([
    ['int', 'long'],
    ['int', 'double'],
    ['long', 'double'],
  ]);
  const of = (precision: number, scale: number): FieldType => ({ kind: 'decimal', precision, scale });
  expect([assignable({ kind: 'int' }, of(12, 2)), assignable({ kind: 'int' }, of(11, 2))]).toEqual([true, false]);
  expect([assignable({ kind: 'long' }, of(19, 0)), assignable({ kind: 'long' }, of(20, 2))]).toEqual([true, false]);
  expect([assignable(of(12, 2), of(14, 3)), assignable(of(12, 2), of(12, 3))]).toEqual([true, false]);
});

test('structs are matched by name, in any order', () => {
  const struct = (fields: { [name: string]: FieldType }): FieldType => ({ kind: 'struct', fields });
  const [a, b]: FieldType[] = [{ kind: 'int' }, { kind: 'string' }];
  expect(assignable(struct({ a: a!, b: b! }), struct({ b: b!, a: a! }))).toBe(true);
  expect(assignable(struct({ a: a! }), struct({ b: a! }))).toBe(false);
  expect(assignable(struct({ a: a! }), struct({ a: a!, b: b! }))).toBe(false);
});

/** A type without the order of its structs' fields. */
function shape(of: FieldType): unknown {
  return JSON.parse(JSON.stringify(of));
}
