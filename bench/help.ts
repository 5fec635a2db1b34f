import type { Bench } from './harness/bench.ts';
import { median, time } from './harness/compare.ts';
import { measureMesh, measureNode } from './harness/measure.ts';

/** How long the built CLI takes to say what it can do. */
export const help: Bench = {
  name: 'help',
  about: '`mesh --help`, the whole process',
  run: async ({ pairs }) => {
    await measureMesh('--help');
    const bare: number[] = [];
    const result = await time('help', 'mesh --help', 0.15, Math.max(pairs, 7), async () => {
      bare.push((await measureNode()).wallSeconds);
      return measureMesh('--help');
    });
    return [{ ...result, from: `${result.from}; Node alone ${median(bare).toFixed(3)} s` }];
  },
};
