import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laterThan } from '../../lib/flow/processing-time.ts';

const moment = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

describe('a processing time', () => {
  test('is the clock’s, in microseconds', () => {
    expect(laterThan(new Date('2026-03-01T12:34:56.789Z'), undefined)).toBe('2026-03-01T12:34:56.789000Z');
    fc.assert(
      fc.property(moment, (now) => {
        expect(Date.parse(laterThan(now, undefined))).toBe(now.getTime());
      }),
    );
  });

  test('is later than the one before, whatever the clock does, as a text too', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 2, maxLength: 20 }), (clock) => {
        let before: string | undefined;
        for (const now of clock) {
          const time = laterThan(now, before);
          expect(time).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
          if (before !== undefined) expect(time > before).toBe(true);
          before = time;
        }
      }),
    );
  });

  test('goes on by microseconds while the clock stands still, over the second too', () => {
    expect(laterThan(new Date('2026-03-01T00:00:00Z'), '2026-03-01T00:00:00.000000Z')).toBe(
      '2026-03-01T00:00:00.000001Z',
    );
    expect(laterThan(new Date('2026-03-01T00:00:00Z'), '2026-03-01T00:00:00.999999Z')).toBe(
      '2026-03-01T00:00:01.000000Z',
    );
    expect(laterThan(new Date('2020-01-01T00:00:00Z'), '2026-12-31T23:59:59.999999Z')).toBe(
      '2027-01-01T00:00:00.000000Z',
    );
  });

  test('counts microseconds of any precision', () => {
    const past = new Date(0);
    expect(laterThan(past, '1970-01-01T00:00:00Z')).toBe('1970-01-01T00:00:00.000001Z');
    expect(laterThan(past, '1970-01-01T00:00:01.5Z')).toBe('1970-01-01T00:00:01.500001Z');
    expect(laterThan(past, '1970-01-01T00:00:00.0000019Z')).toBe('1970-01-01T00:00:00.000002Z');
  });
});
