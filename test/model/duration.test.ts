import fc from 'fast-check';
import { expect, test } from 'vitest';
import { days, describeDuration, hours, minutes } from '../../lib/index.ts';

test('durations are whole seconds, frozen', () => {
  expect([minutes(1.5), hours(36), days(400)]).toEqual([
    { seconds: 90 },
    { seconds: 129_600 },
    { seconds: 34_560_000 },
  ]);
  expect(Object.isFrozen(hours(1))).toBe(true);
  expect(hours(24)).toEqual(days(1));
});

test.each([
  [days(400), '400 d'],
  [hours(48), '2 d'],
  [hours(36), '36 h'],
  [minutes(90), '90 min'],
  [minutes(1.5), '90 s'],
  [{ seconds: 30 }, '30 s'],
])('%o reads as %s', (duration, text) => expect(describeDuration(duration)).toBe(text));

test('what a duration reads as is what it is', () => {
  const units = { d: days, h: hours, min: minutes, s: (count: number) => ({ seconds: count }) };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
      const [count, unit] = describeDuration({ seconds }).split(' ') as [string, keyof typeof units];
      expect(units[unit](Number(count)).seconds).toBe(seconds);
    }),
  );
});
