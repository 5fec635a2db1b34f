import { join } from 'node:path';
import { compareBuilds } from './build/compare-builds.ts';
import type { Bench } from './harness/bench.ts';
import { ROOT } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

/** Three million flights, built and verified. */
export const buildFlights: Bench = {
  name: 'flights',
  about: 'a first build of examples/flights (3 million rows) against a plain DuckDB script',
  run: ({ pairs }) =>
    withScratch((scratch) => compareBuilds({ bench: 'flights', pairs, scratch, mesh: join(ROOT, 'examples/flights') })),
};
