import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateMesh } from './check/generate-mesh.ts';
import type { Bench } from './harness/bench.ts';
import { time } from './harness/compare.ts';
import { measureApp } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

const PRODUCTS = 1_000;

/** The app with one product of many, as a team deploys its own: the mesh was checked before, nothing changed. */
export const synthOne: Bench = {
  name: 'synth-one',
  about: `one product out of ${PRODUCTS}, the whole app`,
  run: ({ pairs }) =>
    withScratch(async (scratch) => {
      const folder = join(scratch, 'mesh');
      await generateMesh(folder, PRODUCTS);
      // The mesh's state is beside its package.
      await writeFile(join(folder, 'package.json'), '{}');
      const outdir = join(scratch, 'cdk.out');
      await mkdir(outdir);
      const context = { mesh: join(folder, 'mesh.ts'), products: 'd9/p999' };
      const run = () => measureApp({ CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) });
      await run();
      return [await time('synth-one', 'one product of 1,000', 1, Math.max(pairs, 5), run)];
    }),
};
