import type { FieldType } from '../../../model/field-type.ts';

type DecimalType = Extract<FieldType, { kind: 'decimal' }>;

const PLAIN = /^[\t\n\f\r ]*([+-]?)([0-9]*)(?:\.([0-9]*))?[\t\n\f\r ]*$/;
const GENEROUS = /^\s*([+-]?)([0-9](?:_?[0-9])*|)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?\s*$/;

/**
 * The number of units of the last place that a text is, or undefined when the type does not hold it exactly. CSV drops
 * may write exponents (`1e2`) and groups (`1_000`) where the type leaves the reader room to see what it would lose.
 */
export function parseDecimal(
  text: string,
  { precision, scale }: DecimalType,
  format: 'csv' | 'ndjson',
): bigint | undefined {
  const room = csvScale(precision, scale);
  const isGenerous = format === 'csv' && room !== undefined;
  const found = (isGenerous ? GENEROUS : PLAIN).exec(text);
  if (!found) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  if (whole === '' && fraction === '') return undefined;
  const shift = Number(exponent);
  if (Math.abs(shift) > 100) return undefined;
  const places = fraction.length - shift;
  let unscaled = BigInt(whole.replaceAll('_', '') + fraction);
  if (places > scale) {
    const lost = 10n ** BigInt(places - scale);
    // What the reader of CSV can't see itself it rounds.
    if (isGenerous && places > room) unscaled = roundedTo(unscaled, places - room) * 10n ** BigInt(places - room);
    if (unscaled % lost !== 0n) return undefined;
    unscaled /= lost;
  } else unscaled *= 10n ** BigInt(scale - places);
  if (unscaled >= 10n ** BigInt(precision)) return undefined;
  return sign === '-' ? -unscaled : unscaled;
}

/** `12.30` of 1230 with two places. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
}

/** The places with which the local target reads a CSV drop's numbers; undefined where its widest type has no room. */
function csvScale(precision: number, scale: number): number | undefined {
  const whole = precision - scale;
  const width = 18 - whole >= scale + 3 ? 18 : 38;
  return width - whole >= scale + 3 ? width - whole : undefined;
}

function roundedTo(value: bigint, places: number): bigint {
  const unit = 10n ** BigInt(places);
  return (value + unit / 2n) / unit;
}
