/**
 * A processing time (ISO, UTC, microseconds) that is later than the one before, even when the clock stood still or
 * went back: reading `as of` needs publications of one product in a strict order.
 */
export function laterThan(now: Date, before: string | undefined): string {
  const time = microseconds(now.toISOString());
  return iso(before === undefined ? time : max(time, microseconds(before) + 1n));
}

/** ISO text as microseconds since 1970. */
function microseconds(text: string): bigint {
  const [whole, fraction = ''] = text.replace('Z', '').split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function iso(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1_000_000n).padStart(6, '0')}Z`;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
