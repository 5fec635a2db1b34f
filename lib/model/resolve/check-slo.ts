import { didYouMean } from '../did-you-mean.ts';
import type { Duration } from '../duration.ts';
import { listNames } from '../list-names.ts';
import type { Output } from '../output.ts';
import type { ProblemList } from './problem-list.ts';

type Place = { readonly product: string; readonly port: string };

/** Refuses service levels and retentions that can't be measured or kept. */
export function checkSlo({ fields, actualTime, slo, retention }: Output, where: Place, problems: ProblemList): void {
  const { freshness, completeness, volume } = slo ?? {};
  if (freshness && actualTime === undefined) {
    const message = 'promises freshness, but names no actual time to measure it by';
    problems.add('invalid-slo', where, message, "add `actualTime: '…'`");
  }
  if (freshness && !lasts(freshness)) {
    const message = `promises a freshness of ${freshness.seconds} s`;
    problems.add('invalid-slo', where, message, 'give a longer one, such as `hours(36)`');
  }
  if (completeness) checkCompleteness(completeness, Object.keys(fields), where, problems);
  const { minRows = 0, maxRows = Number.POSITIVE_INFINITY } = volume ?? {};
  const least = Number.isInteger(minRows) && minRows >= 0;
  if (!least || !(maxRows >= minRows) || (volume?.maxRows !== undefined && !Number.isInteger(maxRows))) {
    const message = `promises a volume of ${minRows} to ${maxRows} rows`;
    problems.add('invalid-slo', where, message, 'give whole numbers, the smaller one as `minRows`');
  }
  if (retention && !lasts(retention)) {
    const message = `retention of ${retention.seconds} s keeps nothing`;
    problems.add('invalid-retention', where, message, 'give a longer one, such as `days(30)`');
  }
}

function checkCompleteness(
  completeness: { readonly fields: readonly string[]; readonly share: number },
  names: readonly string[],
  where: Place,
  problems: ProblemList,
): void {
  const { fields, share } = completeness;
  if (fields.length === 0) {
    problems.add('invalid-slo', where, 'completeness names no field', `name some of ${listNames(names)}`);
  }
  for (const field of fields) {
    if (names.includes(field)) continue;
    const message = `completeness names \`${field}\`, which is not a field${didYouMean(field, names)}`;
    problems.add('invalid-slo', { ...where, field }, message, `name one of ${listNames(names)}`);
  }
  if (!(share >= 0 && share <= 1)) {
    problems.add('invalid-slo', where, `completeness ${share} is not a share`, 'give a number from 0 to 1');
  }
}

function lasts({ seconds }: Duration): boolean {
  return Number.isFinite(seconds) && seconds > 0;
}
