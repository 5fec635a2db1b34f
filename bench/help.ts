import type { Bench } from './harness/bench.ts';
import { time } from './harness/compare.ts';
import { measureMesh } from './harness/measure.ts';

/** How long the built CLI takes to say what it can do. */
export const help: Bench = {
  name: 'help',
  about: '`mesh --help`, the whole process',
  run: async ({ pairs }) => {
    await measureMesh('--help');
    return [await time('help', 'mesh --help', 0.15, Math.max(pairs, 7), () => measureMesh('--help'))];
  },
};
