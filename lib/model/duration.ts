/** A length of time in whole seconds, as plain data. */
export interface Duration {
  readonly seconds: number;
}

const SECONDS = { minute: 60, hour: 3_600, day: 86_400 };

/** So many minutes. */
export const minutes = (count: number): Duration => duration(count, SECONDS.minute);
/** So many hours. */
export const hours = (count: number): Duration => duration(count, SECONDS.hour);
/** So many days of 24 hours. */
export const days = (count: number): Duration => duration(count, SECONDS.day);

/** `36 h`, `400 d`, `90 s`: in the largest unit that divides it. */
export function describeDuration({ seconds }: Duration): string {
  if (seconds % SECONDS.day === 0) return `${seconds / SECONDS.day} d`;
  if (seconds % SECONDS.hour === 0) return `${seconds / SECONDS.hour} h`;
  if (seconds % SECONDS.minute === 0) return `${seconds / SECONDS.minute} min`;
  return `${seconds} s`;
}

function duration(count: number, unit: number): Duration {
  return Object.freeze({ seconds: Math.round(count * unit) });
}
