/** What rows look like in TypeScript. Checked by `tsc`; see types.test.ts. */
import { type Field, field, type Row } from '../../lib/index.ts';
import { type Equal, expectType } from './equal.ts';

const Made = {
  string: field.string('x').required(),
  int: field.int('x').required(),
  long: field.long('x').required(),
  double: field.double('x').required(),
  boolean: field.boolean('x').required(),
  decimal: field.decimal(12, 2, 'x').required(),
  date: field.date('x').required(),
  timestamp: field.timestamp('x').required(),
  binary: field.binary('x').required(),
  list: field.list(field.long('x'), 'x').required(),
  struct: field.struct({ a: field.int('x').required(), b: field.string('x') }, 'x').required(),
  map: field.map(field.string('x'), field.double('x'), 'x').required(),
  nested: field.list(field.struct({ m: field.map(field.date('x'), field.list(field.int('x'), 'x'), 'x') }, 'x'), 'x'),
};

expectType<
  Equal<
    Row<typeof Made>,
    {
      string: string;
      int: number;
      long: bigint;
      double: number;
      boolean: boolean;
      decimal: string;
      date: string;
      timestamp: string;
      binary: Uint8Array;
      list: bigint[];
      struct: { a: number; b: string | null };
      map: Map<string, number>;
      nested: { m: Map<string, number[]> | null }[] | null;
    }
  >
>();

/** Null unless required, whatever else is said, in whatever order. */
const Nullable = {
  plain: field.string('x'),
  unique: field.string('x').unique().min('a').warn(),
  required: field.string('x').required().unique().classified('personal').unit('u'),
  last: field.int('x').min(0).max(9).examples(1).required(),
};
expectType<
  Equal<Row<typeof Nullable>, { plain: string | null; unique: string | null; required: string; last: number }>
>();

/** `oneOf` narrows; a `long` stays a bigint, because JSON has none to choose from. */
const Chosen = {
  status: field.string('x').oneOf('open', 'closed'),
  rating: field.int('x').oneOf(1, 2, 3).required(),
  flag: field.boolean('x').oneOf(true).required(),
  big: field.long('x').oneOf(1, 2).required(),
  day: field.date('x').oneOf('2026-01-01').required(),
};
expectType<
  Equal<
    Row<typeof Chosen>,
    { status: 'open' | 'closed' | null; rating: 1 | 2 | 3; flag: true; big: bigint; day: '2026-01-01' }
  >
>();

// @ts-expect-error a choice of another type
field.string('x').oneOf(1);
// @ts-expect-error a choice of another type
field.int('x').oneOf('1');
// @ts-expect-error bytes have no literals to choose from
field.binary('x').oneOf('a');
// @ts-expect-error no such classification
field.string('x').classified('secret');
// @ts-expect-error an entity is declared, not named
field.string('x').identifies('Vendor');
// @ts-expect-error every field is described
field.string();
// @ts-expect-error a decimal has precision and scale
field.decimal('x');
// @ts-expect-error a list is of fields
field.list('string', 'x');
// @ts-expect-error a spec is never changed
field.string('x').spec.required = true;

/** Any field is a `Field`. */
const fields: Field[] = [Made.string, Made.nested, Chosen.status];
expectType<Equal<(typeof fields)[number]['_value'], unknown>>();
