import { MeshError } from '../model/mesh-error.ts';

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * A processing time as people write it: a day (its end), or a time, in UTC unless it names a zone.
 *
 * @returns ISO, UTC, microseconds
 * @throws MeshError when it is none.
 */
export function parseTime(text: string): string {
  const [, day, time, seconds = '00', fraction = '', zone = 'Z'] = TIME.exec(text.trim()) ?? [];
  if (day !== undefined) {
    const date = new Date(time === undefined ? `${day}T23:59:59Z` : `${day}T${time}:${seconds}${zone}`);
    const micros = time === undefined ? '999999' : fraction.padEnd(6, '0');
    if (!Number.isNaN(date.getTime())) return `${date.toISOString().slice(0, 19)}.${micros}Z`;
  }
  const fix = 'write a day (its end is meant) or a time in UTC, such as 2026-11-20 or 2026-11-20T10:00:00Z';
  throw new MeshError({ code: 'invalid-time', kind: 'usage', message: `\`${text}\` is no time`, fix });
}
