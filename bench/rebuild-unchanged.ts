import { join } from 'node:path';
import type { Bench } from './harness/bench.ts';
import { time } from './harness/compare.ts';
import { measureMesh, measureSide, ROOT } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

/** How long the built CLI takes to find that nothing changed. */
export const rebuildUnchanged: Bench = {
  name: 'unchanged',
  about: '`mesh build` of Opetence when nothing changed, the whole process',
  run: ({ pairs }) =>
    withScratch(async (home) => {
      const mesh = join(ROOT, 'products');
      const build = () => measureMesh('build', '--mesh', mesh, '--home', home);
      // There are as many drops at this scale as at any other; only they are smaller.
      await measureSide('seed', {
        folder: join(mesh, 'seed'),
        landing: join(home, 'landing'),
        scale: 0.1,
        until: '2026-10-01',
      });
      await build();
      const result = await time('unchanged', 'mesh build', 0.5, Math.max(pairs, 7), build);
      if (!(await build()).stdout.includes('nothing to rebuild')) throw new Error('something was rebuilt');
      return [result];
    }),
};
