import { join } from 'node:path';
import { compareBuilds } from './build/compare-builds.ts';
import type { Bench } from './harness/bench.ts';
import { measureSide, ROOT } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

/** The reference mesh, built and verified. Seeding is not measured: both sides read the same drops. */
export const buildOpetence: Bench = {
  name: 'opetence',
  about: 'a first build of Opetence (a million order lines at scale 1) against a plain DuckDB script',
  run: ({ pairs, scale }) =>
    withScratch(async (scratch) => {
      const mesh = join(ROOT, 'products');
      const landing = join(scratch, 'landing');
      await measureSide('seed', { folder: join(mesh, 'seed'), landing, scale });
      return compareBuilds({ bench: 'opetence', pairs, scratch, mesh, landing });
    }),
};
