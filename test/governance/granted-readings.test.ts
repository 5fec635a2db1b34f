import { describe, expect, test } from 'vitest';
import { grantedReadings } from '../../lib/governance/granted-readings.ts';
import { toRowFilter } from '../../lib/governance/row-filter.ts';
import { grant } from '../../lib/model/grant.ts';
import type { FieldModel, PortInputModel, ProductModel } from '../../lib/model/mesh-model.ts';
import { sampleProduct } from '../conformance/samples.ts';

const now = new Date('2026-06-30T23:59:59Z');
const marketing = { to: 'marketing', purpose: 'campaigns' };

/** A product of another team that reads `scans`. */
function consumer(team: string, purpose: string, name = 'counts'): ProductModel {
  const input: PortInputModel = {
    kind: 'port',
    name: 'scans',
    product: 'logistics/scans',
    port: 'scans',
    uri: 'mesh://opetence/logistics/scans/scans',
    purpose,
    read: 'all',
  };
  return { ...sampleProduct({ name }), inputs: [input], owner: { team, contact: `${team}@opetence.example` } };
}

const reading = (of: object, part: object = {}) => ({ reader: of, port: 'scans', table: 'scans', ...part });
const team = { kind: 'team', team: 'marketing' };
const product = { kind: 'product', product: 'logistics/counts' };

describe('what others may read', () => {
  test('is what a grant in force says, with the processing time of its rows', () => {
    const grants = [
      grant({ ...marketing, columns: ['id'], rows: 'amount > 10' }),
      grant({ to: 'finances', purpose: 'audit', until: '2026-06-30' }),
      grant({ to: 'care', purpose: 'past', until: '2026-06-29' }),
    ];
    expect(grantedReadings(sampleProduct({ grants }), [], now)).toEqual({
      readings: [
        reading(team, { columns: ['id', '_recorded_at'], rows: 'amount > 10' }),
        reading({ kind: 'team', team: 'finances' }),
      ],
      problems: [],
    });
  });

  test('adds up for people, whose queries state no purpose', () => {
    const grants = [
      grant({ ...marketing, columns: ['id'] }),
      grant({ to: 'marketing', purpose: 'x', columns: ['at'] }),
    ];
    expect(grantedReadings(sampleProduct({ grants }), [], now).readings).toEqual([
      reading(team, { columns: ['id', 'at', '_recorded_at'] }),
    ]);
  });

  test('is for a product what its team was granted for the purpose that it states', () => {
    const grants = [
      grant({ ...marketing, columns: ['id'] }),
      grant({ to: 'marketing', purpose: 'x', columns: ['at'] }),
    ];
    const consumers = [consumer('marketing', 'campaigns'), consumer('finances', 'campaigns', 'others')];
    expect(grantedReadings(sampleProduct({ grants }), consumers, now).readings).toContainEqual(
      reading(product, { columns: ['id', '_recorded_at'] }),
    );
    expect(grantedReadings(sampleProduct({ grants }), consumers, now).readings).toHaveLength(2);
  });

  test('is everything for a product of the owner, and nothing for one that is retired', () => {
    const own = consumer('logistics', 'anything');
    expect(grantedReadings(sampleProduct(), [own], now).readings).toEqual([reading(product)]);
    expect(grantedReadings(sampleProduct(), [{ ...own, status: 'retired' }], now).readings).toEqual([]);
  });

  test('is nothing of a product that is retired, and for people nothing of a draft', () => {
    const own = consumer('logistics', 'reporting');
    const of = (status: ProductModel['status']) =>
      grantedReadings({ ...sampleProduct({ grants: [grant(marketing)] }), status }, [own], now).readings;
    expect(of('deprecated')).toHaveLength(2);
    expect(of('draft')).toEqual([reading(product)]);
    expect(of('retired')).toEqual([]);
  });

  test('is refused where grants overlap such that a column is shown in some rows only, and shows less then', () => {
    const grants = [
      grant({ ...marketing, columns: ['id'] }),
      grant({ ...marketing, columns: ['id', 'at'], rows: 'amount > 1' }),
    ];
    const { readings, problems } = grantedReadings(
      sampleProduct({ grants }),
      [consumer('marketing', 'campaigns')],
      now,
    );
    expect(problems).toMatchObject([{ code: 'overlapping-grants', message: expect.stringContaining('`at`') }]);
    expect(readings).toEqual([team, product].map((each) => reading(each, { columns: ['id', '_recorded_at'] })));
  });

  test('is refused where rows are chosen by what Lake Formation does not know, and shows nothing then', () => {
    const grants = [grant({ ...marketing, rows: 'length(id) > 3' })];
    const { readings, problems } = grantedReadings(sampleProduct({ grants }), [], now);
    expect(readings).toEqual([]);
    expect(problems).toMatchObject([
      { code: 'unsupported-row-filter', where: { product: 'logistics/scans', port: 'scans' } },
    ]);
  });

  test('is for a product with two purposes what both show, when their rows differ', () => {
    const grants = [
      grant({ to: 'marketing', purpose: 'a', columns: ['id', 'at'], rows: 'amount > 10' }),
      grant({ to: 'marketing', purpose: 'b', columns: ['id'], rows: 'amount < 0' }),
    ];
    const both = { ...consumer('marketing', 'a') };
    const second = { ...(both.inputs[0] as PortInputModel), name: 'again', purpose: 'b' };
    const { readings } = grantedReadings(
      sampleProduct({ grants }),
      [{ ...both, inputs: [...both.inputs, second] }],
      now,
    );
    expect(readings).toContainEqual(
      reading(product, { columns: ['id', '_recorded_at'], rows: '(amount > 10) OR (amount < 0)' }),
    );
  });
});

describe('a row filter', () => {
  const base: Omit<FieldModel, 'name' | 'type'> = {
    description: '',
    required: false,
    unique: false,
    classification: 'internal',
    examples: [],
    severity: 'error',
  };
  const fields: FieldModel[] = [
    { ...base, name: 'country', type: { kind: 'string' } },
    { ...base, name: 'amount', type: { kind: 'long' } },
    { ...base, name: 'active', type: { kind: 'boolean' } },
    { ...base, name: 'day', type: { kind: 'date' } },
  ];

  test.each([
    ["country = 'UK'", "country = 'UK'"],
    ["Country <> 'it''s'", "country <> 'it''s'"],
    ['amount != -3', 'amount <> -3'],
    ['active', 'active = TRUE'],
    ['NOT active', 'NOT (active = TRUE)'],
    ['active = false', 'active = FALSE'],
    ['amount BETWEEN 1 AND 3 AND active', '(amount BETWEEN 1 AND 3) AND (active = TRUE)'],
    ["country NOT IN ('a', 'b') -- not there", "country NOT IN ('a', 'b')"],
    ["country LIKE 'U%' OR country IS NULL", "(country LIKE 'U%') OR (country IS NULL)"],
    ['(amount > 1 OR active) AND amount IS NOT NULL', '((amount > 1) OR (active = TRUE)) AND (amount IS NOT NULL)'],
  ])('says `%s` as Lake Formation takes it', (condition, expected) => {
    expect(toRowFilter(condition, fields)).toEqual({ filter: expected });
  });

  test.each([
    ['length(country) > 3', 'column'],
    ['lower(country)', 'column'],
    ['amount > amount', 'constant'],
    ['amount + 1 > 3', '+'],
    ['3 < amount', 'column'],
    ["day > DATE '2026-01-01'", 'date'],
    ["country = 'UK' active", 'active'],
    ['amount', 'end'],
    ["country = 'open", 'never closed'],
    [`country = '${'x'.repeat(2_048)}'`, 'characters'],
  ])('refuses `%s`', (condition, why) => {
    expect(toRowFilter(condition, fields)).toEqual({ unsupported: expect.stringContaining(why) });
  });
});
