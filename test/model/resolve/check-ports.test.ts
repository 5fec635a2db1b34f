import { describe, expect, test } from 'vitest';
import {
  code,
  days,
  type Field,
  field,
  hours,
  type Output,
  type ProductDeclaration,
  rule,
  sql,
} from '../../../lib/index.ts';
import { type LoadedProduct, loadInline } from '../../../lib/model/resolve/loaded-mesh.ts';
import {
  Customer,
  drops,
  expectRefusal,
  load,
  orderFields,
  orders,
  port,
  type Refusal,
  resolve,
} from '../declarations.ts';

const product = 'sales/orders';
const where = { product, port: 'orders' };
const wide = (more: { [name: string]: Field }) => ({ ...orderFields, ...more });
const made = (changes: Partial<Output>) => orders({ outputs: { orders: port(changes) } });
/** Made by code, so that no SQL has to return the field. */
const withField = (more: Field): LoadedProduct => {
  const outputs = { orders: port({ fields: wide({ more }) }) };
  return { ...loadInline(orders({ outputs, transform: code('t.ts') })), code: { file: 't.ts', hash: 'h' } };
};

type Row = [ProductDeclaration | LoadedProduct, Refusal];
const contract: { [title: string]: Row } = {
  'refuses a product without output ports': [
    orders({ outputs: {}, transform: sql() }),
    { code: 'no-output', where: { product }, says: ['no output port'], fix: '`outputs`' },
  ],
  'refuses a port without fields': [
    made({ fields: {}, mode: 'append', key: undefined }),
    { code: 'no-field', where, says: ['has no field'], fix: '`fields`' },
  ],
  'refuses a key that is not a field': [
    made({ key: ['ordr_id'] }),
    {
      code: 'unknown-key',
      where: { ...where, field: 'ordr_id' },
      says: ['did you mean `order_id`?'],
      fix: '`order_id`, `placed_on`',
    },
  ],
  'refuses a key that may be null': [
    made({ key: ['amount'] }),
    { code: 'nullable-key', where: { ...where, field: 'amount' }, says: ['may be null'], fix: '.required()' },
  ],
  'refuses upsert without a key': [
    made({ key: undefined }),
    {
      code: 'mode-without-key',
      where,
      says: ['output `orders` publishes by `upsert` but has no `key`'],
      fix: 'publish by `append`',
    },
  ],
  'refuses replace with an empty key': [
    made({ key: [], mode: 'replace' }),
    { code: 'mode-without-key', where, says: ['publishes by `replace`'], fix: 'key: [' },
  ],
  'refuses an actual time that is not a field': [
    made({ actualTime: 'placed_at' }),
    {
      code: 'invalid-actual-time',
      where: { ...where, field: 'placed_at' },
      says: ['did you mean `placed_on`?'],
      fix: 'date or timestamp',
    },
  ],
  'refuses an actual time that is no time': [
    made({ actualTime: 'amount' }),
    {
      code: 'invalid-actual-time',
      where: { ...where, field: 'amount' },
      says: ['decimal(12, 2)'],
      fix: 'date or timestamp',
    },
  ],
  'refuses an entity that the mesh does not know': [
    withField(field.string('C').identifies({ ...Customer, name: 'Custommer' })),
    {
      code: 'unknown-entity',
      where: { ...where, field: 'more' },
      says: ['`Custommer`', 'did you mean `Customer`?'],
      fix: '`entities`',
    },
  ],
  'refuses freshness without an actual time': [
    made({ slo: { freshness: hours(1) } }),
    { code: 'invalid-slo', where, says: ['no actual time'], fix: 'actualTime' },
  ],
  'refuses a freshness of nothing': [
    made({ actualTime: 'placed_on', slo: { freshness: hours(Number.NaN) } }),
    { code: 'invalid-slo', where, says: ['freshness'], fix: 'hours(36)' },
  ],
  'refuses completeness of what is not a field': [
    made({ slo: { completeness: { fields: ['amout'], share: 0.5 } } }),
    { code: 'invalid-slo', where: { ...where, field: 'amout' }, says: ['did you mean `amount`?'], fix: 'name one of' },
  ],
  'refuses completeness of no field': [
    made({ slo: { completeness: { fields: [], share: 0.5 } } }),
    { code: 'invalid-slo', where, says: ['names no field'], fix: '`order_id`' },
  ],
  'refuses completeness beyond a share': [
    made({ slo: { completeness: { fields: ['amount'], share: 95 } } }),
    { code: 'invalid-slo', where, says: ['95 is not a share'], fix: '0 to 1' },
  ],
  'refuses a volume whose least is above its greatest': [
    made({ slo: { volume: { minRows: 10, maxRows: 5 } } }),
    { code: 'invalid-slo', where, says: ['10 to 5 rows'], fix: 'minRows' },
  ],
  'refuses a retention of nothing': [
    made({ retention: days(0) }),
    { code: 'invalid-retention', where, says: ['0 s keeps nothing'], fix: 'days(30)' },
  ],
};

const types: { [title: string]: Row } = Object.fromEntries(
  (
    [
      ['decimal(39, 2)', field.decimal(39, 2, 'D'), 'no target can hold it', '1 to 38'],
      ['decimal(0, 0)', field.decimal(0, 0, 'D'), 'no target can hold it', '1 to 38'],
      ['decimal(4, 5)', field.decimal(4, 5, 'D'), 'no target can hold it', 'scale'],
      ['decimal(4.5, 1)', field.decimal(4.5, 1, 'D'), 'no target can hold it', 'scale'],
      ['list<decimal(40, 0)>', field.list(field.decimal(40, 0, 'D'), 'L'), 'no target can hold it', '1 to 38'],
      ['struct<>', field.struct({}, 'S'), 'a struct without fields', 'add a field'],
      [
        'map<double, string>',
        field.map(field.double('K'), field.string('V'), 'M'),
        'can’t compare such keys',
        'key of string',
      ],
      [
        'map<list<int>, int>',
        field.map(field.list(field.int('I'), 'L'), field.int('V'), 'M'),
        'can’t compare',
        'key of string',
      ],
      [
        'map<decimal(50, 0), int>',
        field.map(field.decimal(50, 0, 'K'), field.int('V'), 'M'),
        'no target can hold',
        '1 to 38',
      ],
      [
        'map<string, struct<>>',
        field.map(field.string('K'), field.struct({}, 'S'), 'M'),
        'a struct without fields',
        'add a field',
      ],
    ] as const
  ).map(([type, of, says, fix]) => [
    `refuses the type ${type}, which no target can hold`,
    [withField(of), { code: 'invalid-type', where: { ...where, field: 'more' }, says: [`type ${type}`, says], fix }],
  ]),
);

const rules: { [title: string]: Row } = Object.fromEntries(
  (
    [
      ['a bound of a boolean', field.boolean('B').min(1), '`min(1)` is no bound of a boolean', 'leave it out'],
      ['a text as bound of an int', field.int('I').max('ten'), "`max('ten')` is no bound of a int", 'a number'],
      ['half an int as bound', field.int('I').min(0.5), 'min(0.5)', 'a number'],
      ['a bound that JSON can’t hold', field.double('D').max(Number.POSITIVE_INFINITY), 'max(Infinity)', 'a number'],
      ['no number as bound', field.double('D').min(Number.NaN), 'min(NaN)', 'a number'],
      ['a number as bound of a date', field.date('D').min(2026), 'min(2026)', "'2026-01-31'"],
      ['a day that is none as bound', field.date('D').min('2026-02-30'), "min('2026-02-30')", 'a day'],
      [
        'bounds the wrong way round',
        field.int('I').min(5).max(4),
        'least value 5 is greater than its greatest 4',
        'swap',
      ],
      ['days the wrong way round', field.date('D').min('2026-02-01').max('2026-01-31'), 'is greater than', 'swap'],
      ['a length of an int', field.int('I').minLength(1), '`minLength` is for strings', 'leave it out'],
      ['a negative length', field.string('S').maxLength(-1), '`maxLength(-1)` is no length', '0, 1, 2'],
      ['lengths the wrong way round', field.string('S').minLength(5).maxLength(4), 'least length 5', 'swap'],
      ['a pattern of a date', field.date('D').pattern('^2026'), '`pattern` is for strings', 'leave it out'],
      ['a pattern that is none', field.string('S').pattern('^(a'), '`^(a` is no regular expression', 'RE2'],
      [
        'a pattern with look-around',
        field.string('S').pattern('^(?!a)b'),
        'no regular expression that Athena takes',
        'look-around',
      ],
      [
        'a pattern with a back-reference',
        field.string('S').pattern('^(a)\\1$'),
        'no regular expression',
        'back-references',
      ],
      ['no value at all', field.string('S').oneOf(), '`oneOf()` allows no value', 'name the values'],
      ['choices of another type', field.date('D').oneOf('monday'), "'monday' is no date", 'a day'],
    ] as [string, Field, string, string][]
  ).map(([title, of, says, fix]) => [
    `refuses a field that promises ${title}`,
    [withField(of), { code: 'invalid-rule', where: { ...where, field: 'more' }, says: [says], fix }],
  ]),
);

const references: { [title: string]: Row } = Object.fromEntries(
  (
    [
      [
        'of what is not a field',
        rule.references('r', ['oder_id'], 'drops', ['order_id']),
        'did you mean `order_id`?',
        'name one of',
        'oder_id',
      ],
      [
        'to what is not a field there',
        rule.references('r', ['order_id'], 'drops', ['id']),
        '`id` is not a field of `drops`',
        '`order_id`',
        'id',
      ],
      [
        'to what the product neither reads nor makes',
        rule.references('r', ['order_id'], 'drop', ['order_id']),
        'did you mean `drops`?',
        '`drops`',
        undefined,
      ],
      [
        'of unlike numbers of fields',
        rule.references('r', ['order_id', 'amount'], 'drops', ['order_id']),
        'compares 2 fields with 1',
        'as many',
        undefined,
      ],
      ['of no field', rule.references('r', [], 'drops', []), 'compares 0 fields with 0', 'as many', undefined],
      [
        'beyond a share',
        rule.references('r', ['order_id'], 'drops', ['order_id'], { minShare: 99 }),
        '99 is not a share',
        '0 to 1',
        undefined,
      ],
      [
        'between unlike types',
        rule.references('r', ['order_id'], 'drops', ['placed_on']),
        'string with date',
        'one type',
        undefined,
      ],
    ] as const
  ).map(([title, quality, says, fix, of]) => [
    `refuses a reference ${title}`,
    [
      made({ quality: [quality] }),
      {
        code: 'invalid-rule',
        where: of === undefined ? where : { ...where, field: of },
        says: ['rule `r`', says],
        fix,
      },
    ],
  ]),
);

describe('contracts', () => {
  test.each(Object.entries({ ...contract, ...types, ...rules, ...references }))(
    '%s',
    async (_, [declared, refusal]) => {
      await expectRefusal(load([declared]), refusal);
    },
  );

  test('takes every type, rule and promise that holds', async () => {
    const fields = {
      ...orderFields,
      a: field.int('I').min(1).max(2).oneOf(1, 2),
      b: field.long('L').min(-5),
      c: field.double('D').min(0.5).max(1e21),
      d: field.boolean('B').oneOf(true),
      e: field.timestamp('T').min('2026-01-01').max('2026-01-31 08:15:00.5'),
      f: field.binary('B'),
      g: field.list(field.struct({ h: field.map(field.date('K'), field.long('V'), 'M') }, 'S'), 'L'),
      i: field.string('S').minLength(0).maxLength(3).pattern('(?i)^[a-z]\\d\\\\1$').examples('a1').unit('EUR').warn(),
      j: field
        .decimal(38, 38, 'D')
        .min('0.10')
        .oneOf('0.10', 0.2 as never),
    };
    const transform = sql({ statements: { orders: `SELECT ${Object.keys(fields).join(', ')} FROM drops` } });
    const slo = { freshness: hours(1), completeness: { fields: ['amount'], share: 0 }, volume: { minRows: 1 } };
    const quality = [
      rule.references('self', ['order_id'], 'orders', ['order_id']),
      rule.references('of', ['amount'], 'drops', ['amount']),
    ];
    const declared = orders({
      inputs: { drops: { ...drops, fields } },
      outputs: { orders: port({ fields, slo, quality, actualTime: 'placed_on', retention: days(1) }) },
      transform,
    });
    const [resolved] = (await resolve(load([declared]))).products;
    expect(resolved?.outputs[0]).toMatchObject({ retentionSeconds: 86_400, slo: { volume: { minRows: 1 } } });
    expect(resolved?.outputs[0]?.fields.map(({ name }) => name)).toEqual(Object.keys(fields));
  });
});
