import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitCheck } from '../../lib/flow/fit-check.ts';

test('a decimal fits when its value has no more digits than the type, on either side of the point', () => {
  const digits = fc
    .integer({ min: 1, max: 38 })
    .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: precision })));
  const zeros = fc.stringMatching(/^0{0,3}$/);
  const text = fc.tuple(
    fc.constantFrom('', '-', '+'),
    zeros,
    fc.bigInt({ min: 0n, max: 10n ** 12n }),
    fc.option(fc.tuple(fc.stringMatching(/^\d{1,9}$/), zeros), { nil: undefined }),
  );
  fc.assert(
    fc.property(digits, text, ([precision, scale], [sign, lead, whole, fraction]) => {
      const said = `${sign}${lead}${whole}${fraction ? `.${fraction[0]}${fraction[1]}` : ''}`;
      const wholeDigits = whole === 0n ? 0 : String(whole).length;
      const fractionDigits = (fraction?.[0] ?? '').replace(/0+$/, '').length;
      const isHeld = wholeDigits <= precision - scale && fractionDigits <= scale;
      expect([said, fitCheck({ kind: 'decimal', precision, scale })(said)]).toEqual([said, isHeld]);
    }),
    { numRuns: 500 },
  );
});

test('a date fits when the calendar has it', () => {
  const fits = fitCheck({ kind: 'date' });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
      (year, month, day) => {
        const two = (number: number) => String(number).padStart(2, '0');
        const said = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        const time = Date.parse(`${said}T00:00:00Z`);
        const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(said);
        expect([said, fits(said)]).toEqual([said, isDay]);
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each([
  ['2026-01-31 08:15:00', true],
  ['2026-01-31T23:59:59.999999', true],
  ['2026-01-31', false],
  ['2026-01-31 24:00:00', false],
  ['2026-01-31 08:60:00', false],
  ['2026-01-31 08:15:00.1234567', false],
  ['2026-02-30 08:15:00', false],
  ['2026-01-31 08:15:00Z', false],
])('whether %s is a timestamp: %s', (text, is) => expect(fitCheck({ kind: 'timestamp' })(text)).toBe(is));
