import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccessAllowed, type AccessRequest, decideAccess } from '../../lib/governance/access.ts';
import type { Grant } from '../../lib/model/grant.ts';
import { sampleProduct } from '../conformance/samples.ts';

const product = sampleProduct();
const port = product.outputs[0]!;
const contract = port.fields.map(({ name }) => name);
const now = new Date('2026-06-30T23:59:59.999Z');

function decide(grants: readonly Grant[], change: Partial<AccessRequest> = {}) {
  const inForce = grants.map((grant) => ({ ...grant, product: product.id, port: port.name }));
  return decideAccess({
    product,
    port,
    grants: inForce,
    principal: 'team:marketing',
    purpose: 'campaigns',
    now,
    ...change,
  });
}
const grant = (change: Partial<Grant> = {}): Grant => ({ to: 'marketing', purpose: 'campaigns', ...change });

describe('access', () => {
  test('is the owner’s, to everything, whatever the purpose', () => {
    const all = { allowed: true, columns: contract, masked: [] };
    expect(decide([], { principal: 'team:logistics', purpose: undefined })).toEqual({ ...all, purpose: 'ownership' });
    expect(decide([grant()], { principal: 'team:logistics', purpose: 'audit' })).toEqual({ ...all, purpose: 'audit' });
  });

  test('is what a grant says', () => {
    expect(decide([grant()])).toEqual({ allowed: true, purpose: 'campaigns', columns: contract, masked: [] });
    const narrow = grant({ columns: ['at', 'id'], rows: 'amount > 10' });
    expect(decide([narrow])).toEqual({
      allowed: true,
      purpose: 'campaigns',
      columns: ['id', 'at'],
      rows: ['amount > 10'],
      masked: [],
    });
  });

  test('lasts to the end of the last day', () => {
    const grants = [grant({ until: '2026-06-30' })];
    expect(decide(grants).allowed).toBe(true);
    const after = decide(grants, { now: new Date('2026-07-01T00:00:00.000Z') });
    expect(after).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('ended on 2026-06-30'),
      fix: expect.stringContaining('renew'),
    });
  });

  test('refuses whoever has no grant, and says whom to ask for what', () => {
    const denied = decide([grant({ to: 'finances' })]);
    expect(denied).toMatchObject({
      allowed: false,
      reason: 'mesh://opetence/logistics/scans/scans is not granted to `marketing`',
    });
    expect(denied).toMatchObject({
      fix: expect.stringContaining("`grant({ to: 'marketing', purpose: 'campaigns' })`"),
    });
    expect(denied).toMatchObject({ fix: expect.stringContaining('logistics@opetence.example') });
  });

  test('refuses a grant of another port or product', () => {
    for (const other of [{ port: 'others' }, { product: 'logistics/others' as const }]) {
      const grants = [{ ...grant(), product: product.id, port: port.name, ...other }];
      expect(decide([], { grants }).allowed).toBe(false);
    }
  });

  test('refuses whoever states no purpose, even when only one was granted', () => {
    const denied = decide([grant()], { purpose: undefined });
    expect(denied).toMatchObject({
      allowed: false,
      reason: 'no purpose is stated',
      fix: expect.stringContaining('`campaigns`'),
    });
  });

  test('refuses another purpose, and lists those that were granted', () => {
    const denied = decide([grant(), grant({ purpose: 'audit' }), grant({ purpose: 'past', until: '2020-01-01' })], {
      purpose: 'curiosity',
    });
    expect(denied).toMatchObject({ allowed: false, fix: expect.stringContaining('(`audit`, `campaigns`)') });
  });

  test.each([
    'marketing',
    'team:',
    'team:Marketing',
    'user:marketing',
    'team:marketing ',
    'team:marketing\nteam:logistics',
    '',
  ])('refuses `%s`, which is no team', (principal) => {
    expect(decide([grant()], { principal })).toMatchObject({
      allowed: false,
      fix: expect.stringContaining('team:<name>'),
    });
  });

  test('adds grants up that show the same rows', () => {
    const both = [grant({ columns: ['id'], rows: 'amount > 10' }), grant({ columns: ['at'], rows: 'amount > 10' })];
    expect(decide(both)).toMatchObject({ columns: ['id', 'at'], rows: ['amount > 10'], masked: [] });
  });

  test('adds rows up that show the same columns', () => {
    const both = [grant({ columns: ['id'], rows: 'amount > 10' }), grant({ columns: ['id'], rows: 'amount < 0' })];
    expect(decide(both)).toMatchObject({ columns: ['id'], rows: ['amount < 0', 'amount > 10'], masked: [] });
  });

  test('never shows a column of one grant in rows that only another one shows', () => {
    const both = [
      grant({ columns: ['id', 'at'], rows: 'amount > 10' }),
      grant({ columns: ['id', 'amount'], rows: 'amount < 0' }),
    ];
    expect(decide(both)).toMatchObject({
      columns: ['id'],
      rows: ['amount < 0', 'amount > 10'],
      masked: [
        { column: 'amount', rows: ['amount < 0'] },
        { column: 'at', rows: ['amount > 10'] },
      ],
    });
  });

  test('shows all rows when one grant does, with less of some', () => {
    const both = [grant({ columns: ['id'] }), grant({ rows: 'amount > 10' })];
    const decision = decide(both) as AccessAllowed;
    expect(decision).toMatchObject({
      columns: ['id'],
      masked: [
        { column: 'amount', rows: ['amount > 10'] },
        { column: 'at', rows: ['amount > 10'] },
      ],
    });
    expect(decision.rows).toBeUndefined();
  });
});

/** Grants over conditions `c0`, `c1`, `c2`, which hold or not in a row, independently. */
const conditions = ['c0', 'c1', 'c2'];
const anyGrant: fc.Arbitrary<Grant> = fc.record(
  {
    to: fc.constantFrom('marketing', 'finances'),
    purpose: fc.constantFrom('campaigns', 'audit'),
    columns: fc.uniqueArray(fc.constantFrom(...contract)),
    rows: fc.constantFrom(...conditions),
    until: fc.constantFrom('2026-06-29', '2026-06-30', '2027-01-01'),
  },
  { requiredKeys: ['to', 'purpose'] },
);
const anyRow = fc
  .uniqueArray(fc.constantFrom(...conditions))
  .map((holding) => (condition: string) => holding.includes(condition));

describe('access by any grants', () => {
  test('shows in each row what single grants show there: nothing more, and with its masked columns nothing less', () => {
    fc.assert(
      fc.property(fc.array(anyGrant, { maxLength: 6 }), anyRow, (grants, holds) => {
        const expected = grants
          .filter(
            ({ to, purpose, until }) => to === 'marketing' && purpose === 'campaigns' && (until ?? '9') >= '2026-06-30',
          )
          .filter(({ rows }) => rows === undefined || holds(rows))
          .flatMap(({ columns }) => columns ?? contract);
        const decision = decide(grants);
        const [least, most] = decision.allowed ? shownIn(decision, holds) : [[], []];
        expect([...new Set(most)].sort()).toEqual([...new Set(expected)].sort());
        expect(expected).toEqual(expect.arrayContaining(least));
      }),
      { numRuns: 500 },
    );
  });

  test('shows no row that no single grant shows', () => {
    fc.assert(
      fc.property(fc.array(anyGrant, { maxLength: 6 }), anyRow, (grants, holds) => {
        const decision = decide(grants);
        if (!decision.allowed || !isShown(decision, holds)) return;
        const matching = grants.filter(
          ({ to, purpose, until }) => to === 'marketing' && purpose === 'campaigns' && (until ?? '9') >= '2026-06-30',
        );
        expect(matching.some(({ rows }) => rows === undefined || holds(rows))).toBe(true);
      }),
    );
  });

  test('grows with every grant, and not with those of others', () => {
    fc.assert(
      fc.property(fc.array(anyGrant, { maxLength: 5 }), anyGrant, anyRow, (grants, added, holds) => {
        const [before, after] = [decide(grants), decide([...grants, added])];
        if (!before.allowed) return;
        if (!after.allowed) throw new Error('a grant took something away');
        expect(shownIn(after, holds)[1]).toEqual(expect.arrayContaining(shownIn(before, holds)[1]));
        if (added.to !== 'marketing') expect(after).toEqual(before);
      }),
    );
  });

  test('does not depend on the order of grants', () => {
    fc.assert(
      fc.property(fc.array(anyGrant, { maxLength: 6 }), (grants) => {
        expect(decide(grants.toReversed())).toEqual(decide(grants));
      }),
    );
  });
});

function isShown({ rows }: AccessAllowed, holds: (condition: string) => boolean): boolean {
  return rows === undefined || rows.some(holds);
}

/** The columns shown in a row, without and with masked ones. */
function shownIn(decision: AccessAllowed, holds: (condition: string) => boolean): [least: string[], most: string[]] {
  if (!isShown(decision, holds)) return [[], []];
  const masked = decision.masked.filter(({ rows }) => rows.some(holds)).map(({ column }) => column);
  return [[...decision.columns], [...decision.columns, ...masked]];
}
