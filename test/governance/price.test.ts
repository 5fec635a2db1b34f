import { describe, expect, test } from 'vitest';
import { IDLE_PROFILE, REFERENCE_DOLLARS, REFERENCE_PROFILE } from '../../bench/price-reference.ts';
import { dayCost, describeDollars, meshEstimate, monthlyEstimate, priceOf } from '../../lib/governance/price.ts';
import { PRICE_LIST } from '../../lib/governance/price-list.ts';
import { billedBytes } from '../../lib/model/billed-bytes.ts';

const MB = 2 ** 20;
const GB = 2 ** 30;
const TB = 2 ** 40;

describe('the price list', () => {
  test('is dated, and says of each price what one is and where it stands', () => {
    expect(PRICE_LIST.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    for (const price of Object.values(PRICE_LIST.prices)) {
      expect(price.dollars).toBeGreaterThan(0);
      expect(price.source).toContain('pricing');
    }
  });
});

describe('priceOf', () => {
  test('prices what was used, line by line', () => {
    const { dollars, lines } = priceOf({ 's3-storage': 100, 'athena-scan': 0.5, 'lambda-requests': 0 });
    expect(lines.map(({ item, dollars }) => [item, dollars])).toEqual([
      ['athena-scan', 2.5],
      ['s3-storage', 2.3],
    ]);
    expect(dollars).toBeCloseTo(4.8, 12);
  });

  test('costs nothing when nothing was used', () => {
    expect(priceOf({})).toEqual({ dollars: 0, lines: [] });
  });

  test('leaves what is free for ever out of the sum, and in the lines', () => {
    expect(priceOf({ 'glue-requests': 1_000_000 })).toMatchObject({ dollars: 0, lines: [{ quantity: 1_000_000 }] });
    expect(priceOf({ 'glue-requests': 3_000_000 }).dollars).toBeCloseTo(2, 12);
  });
});

describe('billedBytes', () => {
  test.each([
    [0, 10 * MB],
    [1, 10 * MB],
    [10 * MB, 10 * MB],
    [10 * MB + 1, 11 * MB],
    [200 * MB, 200 * MB],
  ])('bills %d scanned bytes as %d', (scanned, billed) => {
    expect(billedBytes(scanned)).toBe(billed);
  });
});

describe('dayCost', () => {
  const usage = { athenaBytes: 0, lambdaGbSeconds: 0, lambdaRequests: 0, storageBytes: 31 * 28 * GB };

  test("spreads a month's storage over its days", () => {
    expect(dayCost(usage, '2026-01-31').dollars).toBeCloseTo(28 * 0.023, 12);
    expect(dayCost(usage, '2026-02-01').dollars).toBeCloseTo(31 * 0.023, 12);
  });

  test('adds queries, time awake and requests', () => {
    const used = { athenaBytes: TB / 4, lambdaGbSeconds: 1_000, lambdaRequests: 1_000_000, storageBytes: 0 };
    expect(dayCost(used, '2026-01-31').dollars).toBeCloseTo(1.25 + 0.0133334 + 0.2, 10);
  });
});

describe('monthlyEstimate', () => {
  test('is nothing beyond storage for a product that is idle', () => {
    expect(monthlyEstimate({ ...IDLE_PROFILE, storageGb: 0 }).dollars).toBe(0);
    expect(monthlyEstimate(IDLE_PROFILE).lines.map(({ item }) => item)).toEqual(['s3-storage']);
  });

  test('is within 5 % of the hand calculation for the reference product', () => {
    const { dollars } = monthlyEstimate(REFERENCE_PROFILE);
    expect(dollars / REFERENCE_DOLLARS).toBeGreaterThan(0.95);
    expect(dollars / REFERENCE_DOLLARS).toBeLessThan(1.05);
  });

  test('counts at least ten megabytes for each query', () => {
    const small = monthlyEstimate({ ...IDLE_PROFILE, queries: 100, megabytesPerQuery: 0.1 });
    expect(small.lines.find(({ item }) => item === 'athena-scan')?.quantity).toBeCloseTo((1_000 * MB) / TB, 15);
  });
});

describe('meshEstimate', () => {
  test('is nothing without products but its calls, and grows with them', () => {
    expect(meshEstimate(0).dollars).toBeLessThan(0.001);
    expect(meshEstimate(100).dollars / meshEstimate(10).dollars).toBeCloseTo(10, 1);
    expect(meshEstimate(17).dollars).toBeLessThan(1);
  });
});

describe('describeDollars', () => {
  test.each([
    [0, '$0.00'],
    [0.354, '$0.35'],
    [12, '$12.00'],
    [0.00123, '$0.0012'],
  ])('writes %d as %s', (dollars, written) => {
    expect(describeDollars(dollars)).toBe(written);
  });
});
