import type { ProblemList } from './problem-list.ts';

type Place = { readonly product: string; readonly port?: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const RATE = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;
const CRON = /^cron\((\S+ ){5}\S+\)$/;

/** Refuses what is no day of the calendar. */
export function checkDay(what: string, day: string | undefined, where: Place, problems: ProblemList): void {
  if (day === undefined || isDay(day)) return;
  problems.add('invalid-day', where, `\`${what}: '${day}'\` is not a day`, 'write it as `2027-12-31`');
}

/** Refuses a schedule that EventBridge would refuse. */
export function checkSchedule(schedule: string | undefined, where: Place, problems: ProblemList): void {
  if (schedule === undefined || RATE.test(schedule) || CRON.test(schedule)) return;
  const fix = 'write it as `rate(1 day)`, `rate(6 hours)` or `cron(0 6 * * ? *)`';
  problems.add('invalid-schedule', where, `\`schedule: '${schedule}'\` is no schedule`, fix);
}

function isDay(day: string): boolean {
  // JavaScript takes 31 February for 3 March.
  const time = DAY.test(day) ? Date.parse(day) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
