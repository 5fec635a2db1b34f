import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../lib/adapters/local/clock.local.ts';
import { toMicroseconds } from '../../../lib/model/to-microseconds.ts';

describe('processing times', () => {
  test.each([
    ['2026-01-31T08:15:00.123456Z', '2026-01-31T08:15:00.123456Z'],
    ['2026-01-31T08:15:00.1234567Z', '2026-01-31T08:15:00.123456Z'],
    ['2026-01-31T08:15:00.5Z', '2026-01-31T08:15:00.500000Z'],
    ['2026-01-31T08:15Z', '2026-01-31T08:15:00.000000Z'],
    ['2026-01-31 08:15:00', '2026-01-31T08:15:00.000000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000000Z'],
    ['2026-01-31T00:15:00.25+01:00', '2026-01-30T23:15:00.250000Z'],
    ['2026-01-31T00:15:00-0530', '2026-01-31T05:45:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(toMicroseconds(text)).toBe(expected);
  });

  test.each([
    '',
    'now',
    '2026',
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '2026-01-31T25:00:00Z',
    '2026-01-31T08:61:00Z',
    '31.01.2026',
  ])('refuses `%s`', (text) => {
    expect(() => toMicroseconds(text)).toThrow('is not a time');
  });

  test('sort as texts the way they sort as times', () => {
    const time = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(toMicroseconds(a) < toMicroseconds(b)).toBe(a < b);
        expect(toMicroseconds(a.toISOString())).toBe(toMicroseconds(a));
      }),
    );
  });
});

test('the local clock tells the machine’s time', () => {
  const before = Date.now();
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(before);
});
