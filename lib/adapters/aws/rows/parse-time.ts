/** A moment that a text names, in microseconds since 1970 in UTC. */
const DAY = String.raw`(\d{1,6})([-/\\ ])(\d{1,2})\2(\d{1,2})`;
const TIME = String.raw`(?:[ T]\s*|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?`;
const ZONE = String.raw`(Z| [Uu][Tt][Cc]|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?`;
const MOMENT = new RegExp(`^${DAY}(?:${TIME}${ZONE})?$`);

const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400n * MICROS_PER_SECOND;
/** 0001-01-01 and the end of 9999-12-31: what both engines hold and write alike. */
const FIRST = BigInt(Date.UTC(2000, 0, 1) - 1000 * 86_400 * 730_119) * 1000n;
const LAST = BigInt(Date.UTC(9999, 11, 31)) * 1000n + MICROS_PER_DAY;

/** The time that a text tells, in UTC; undefined when it tells none. A time with seconds may tell its zone. */
export function parseTimestamp(text: string): bigint | undefined {
  const found = MOMENT.exec(text);
  if (!found) return undefined;
  const [, year, , month, day, hour, minute, second, fraction = '', zone] = found;
  const midnight = daysOf(Number(year), Number(month), Number(day));
  if (midnight === undefined || (zone !== undefined && second === undefined)) return undefined;
  const [hours, minutes, seconds] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  const micros = BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  const isEndOfDay = hours === 24 && minutes === 0 && seconds === 0 && micros === 0n;
  if ((hours > 23 && !isEndOfDay) || minutes > 59 || seconds > 59) return undefined;
  const local = BigInt(midnight * 86_400 + hours * 3600 + minutes * 60 + seconds) * MICROS_PER_SECOND + micros;
  const moment = local - BigInt(offsetSeconds(zone)) * MICROS_PER_SECOND;
  return moment < FIRST || moment >= LAST ? undefined : moment;
}

const PLAIN_DAY = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/;
const PLAIN_TIME = /^[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z?$/;

/** A day that is written as most are, and is as it is. */
export function isPlainDay(text: string): boolean {
  return text.length === 10 && PLAIN_DAY.test(text);
}

/** As `timestampText(parseTimestamp(text))`, for a time that is written as most are; undefined for any other. */
export function plainTimestamp(text: string): string | undefined {
  if (!PLAIN_DAY.test(text.slice(0, 10)) || !PLAIN_TIME.test(text.slice(10))) return undefined;
  const time = text.slice(11, text.endsWith('Z') ? -1 : undefined);
  return `${text.slice(0, 10)} ${time.length > 8 ? time.replace(/\.?0+$/, '') : time}`;
}

/** Days since 1970 that a text names, without a time. */
function daysOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 86_400_000 : undefined;
}

/** `2026-01-31` */
export function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** `2026-01-31 08:15:00`, with as many digits behind as are needed. */
export function timestampText(micros: bigint): string {
  const behind = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const text = new Date(Number((micros - behind) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  return behind === 0n ? text : `${text}.${behind.toString().padStart(6, '0').replace(/0+$/, '')}`;
}

/** The first and the moment after the last that are kept. */
export function isKept(micros: bigint): boolean {
  return micros >= FIRST && micros < LAST;
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone.startsWith(' ')) return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (zone.slice(1).match(/\d{2}/g) ?? []).map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}
