import { MeshError } from './mesh-error.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Writes a time the way processing times are kept: UTC, microseconds, such as `2026-01-31T08:15:00.123456Z`, so that
 * comparing texts compares times. Takes ISO of any precision; without a zone it is UTC, a day is its beginning.
 *
 * @throws MeshError for what is no time.
 */
export function toMicroseconds(time: Date | string): string {
  if (time instanceof Date) return `${time.toISOString().slice(0, -1)}000Z`;
  const [, day, minute = '00:00', second = '00', fraction = '', zone = 'Z'] = ISO.exec(time.trim()) ?? [];
  const whole = new Date(`${day}T${minute}:${second}${zone.toUpperCase()}`);
  // JavaScript takes 31 February for 3 March.
  const isDay =
    day !== undefined && !Number.isNaN(whole.getTime()) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  if (!isDay) throw notATime(time);
  return `${whole.toISOString().slice(0, 19)}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}

/** What is said of a text that should be a time. */
function notATime(text: string): MeshError {
  const fix = 'write it as `2026-01-31T08:15:00Z` or `2026-01-31`';
  return new MeshError({ code: 'invalid-time', kind: 'usage', message: `\`${text}\` is not a time`, fix });
}
