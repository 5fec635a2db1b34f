import { describeDollars, monthlyEstimate } from '../lib/governance/price.ts';
import type { Bench, Result } from './harness/bench.ts';
import { IDLE_PROFILE, REFERENCE_DOLLARS, REFERENCE_PROFILE } from './price-reference.ts';

/** What a month on AWS costs by the price function, against the same by hand. */
export const price: Bench = {
  name: 'price',
  about: 'a month of the reference product by the price function, against a calculation by hand',
  async run() {
    const { dollars } = monthlyEstimate(REFERENCE_PROFILE);
    const idle = monthlyEstimate({ ...IDLE_PROFILE, storageGb: 0 }).dollars;
    const line = (what: string, measured: number, goal: number, from: string): Result => ({
      bench: 'price',
      what,
      unit: 'ratio',
      measured,
      goal,
      from,
    });
    return [
      line(
        'reference product, off by',
        Math.max(dollars / REFERENCE_DOLLARS, REFERENCE_DOLLARS / dollars),
        1.05,
        `${describeDollars(dollars)} against ${describeDollars(REFERENCE_DOLLARS)}`,
      ),
      line('idle, beyond storage, of a dollar', idle, 0, describeDollars(idle)),
    ];
  },
};
