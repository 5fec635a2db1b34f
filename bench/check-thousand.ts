import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateMesh } from './check/generate-mesh.ts';
import type { Bench } from './harness/bench.ts';
import { compare, time } from './harness/compare.ts';
import { measureMesh, measureSide } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

const PRODUCTS = 1_000;

/** A check of many products: everything resolved, parsed, traced and bound, against the bare calls of the parser. */
export const checkThousand: Bench = {
  name: 'check',
  about: `\`mesh check\` of ${PRODUCTS} generated products against the bare parser calls, and again when nothing changed`,
  run: ({ pairs }) =>
    withScratch(async (scratch) => {
      const folder = join(scratch, 'mesh');
      const statements = join(scratch, 'statements.json');
      await writeFile(statements, JSON.stringify(await generateMesh(folder, PRODUCTS)));
      const home = join(scratch, 'home');
      const check = () => measureMesh('check', '--mesh', join(folder, 'mesh.ts'), '--home', home);
      const [wall, cpu] = await compare({
        bench: 'check',
        pairs,
        goal: 1.3,
        async ours() {
          await rm(home, { recursive: true, force: true });
          await mkdir(home);
          return check();
        },
        plain: () => measureSide('parser', { statements }),
      });
      await check();
      const cached = await time('check', 'cached mesh check', 0.2, Math.max(pairs, 7), check);
      return [wall!, cpu!, cached];
    }),
};
