import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateMesh } from './check/generate-mesh.ts';
import type { Bench, Result } from './harness/bench.ts';
import { compare, median } from './harness/compare.ts';
import { measureAppSide, measureSide, type Usage } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

const PRODUCTS = 1_000;
const PEAK_MB = 400;

/** Synthesis of many products: our constructs against the CDK's barest, given the same resources ready made. */
export const synthThousand: Bench = {
  name: 'synth',
  about: `synthesis of ${PRODUCTS} products against raw constructs with the same resources; deep lineage; a tenth of it`,
  run: ({ pairs }) =>
    withScratch(async (scratch) => {
      const model = await resolve(scratch);
      let turn = 0;
      const side = async (name: string, products: number, lineage: 'deep' | 'flat', more = {}) => {
        turn += 1;
        const outdir = join(scratch, `${name}-${turn}`);
        await mkdir(outdir);
        return measureAppSide(name, { model, outdir, products, lineage, validate: true, ...more });
      };
      const finished = join(scratch, 'synthesise-1');
      await side('synthesise', PRODUCTS, 'flat');
      const resources = join(scratch, 'resources.json');
      await writeFile(resources, JSON.stringify(await readTemplates(finished)));
      const flat: Usage[] = [];
      const deeper: number[] = [];
      // Without the validator, which takes the same for one product and for a thousand.
      const bare: { readonly [products: number]: Usage[] } = { 1: [], [PRODUCTS / 10]: [], [PRODUCTS]: [] };
      const [, cpu, memory] = await compare({
        bench: 'synth',
        pairs,
        goal: 1.5,
        ours: async () => {
          const usage = await side('synthesise', PRODUCTS, 'flat');
          flat.push(usage);
          // In the same turn, so that all find the machine as busy.
          deeper.push((await side('synthesise', PRODUCTS, 'deep')).cpuSeconds / usage.cpuSeconds);
          for (const [products, usages] of Object.entries(bare)) {
            usages.push(await side('synthesise', Number(products), 'flat', { validate: false }));
          }
          return usage;
        },
        plain: () => side('raw', PRODUCTS, 'flat', { resources }),
      });
      const [none, tenth, full] = [1, PRODUCTS / 10, PRODUCTS].map((products) =>
        median(bare[products]!.map(({ cpuSeconds }) => cpuSeconds)),
      ) as [number, number, number];
      const peak = median(flat.map(({ peakMb }) => peakMb));
      const barePeak = median(bare[PRODUCTS]!.map(({ peakMb }) => peakMb));
      const line = (what: string, measured: number, goal: number | undefined, from: string): Result => ({
        bench: 'synth',
        what,
        unit: 'ratio',
        measured,
        goal,
        from,
      });
      const seconds = (value: number) => `${value.toFixed(2)} s`;
      return [
        cpu!,
        { ...memory!, goal: undefined },
        line(
          `peak memory of ${PEAK_MB} MB`,
          peak / PEAK_MB,
          1,
          `${peak.toFixed(0)} MB; ${barePeak.toFixed(0)} MB without the validator, whose process holds 250 MB`,
        ),
        line(
          'a product of 1,000 against one of 100, cpu, nothing validated',
          (full - none) / (PRODUCTS - 1) / ((tenth - none) / (PRODUCTS / 10 - 1)),
          1.2,
          `1 product ${seconds(none)}, 100 ${seconds(tenth)}, 1,000 ${seconds(full)}`,
        ),
        line(
          'lineage 200 deep against flat, cpu',
          median(deeper),
          1.1,
          `pairs ${deeper.map((ratio) => ratio.toFixed(2)).join(', ')}`,
        ),
      ];
    }),
};

async function resolve(scratch: string): Promise<string> {
  const folder = join(scratch, 'mesh');
  await generateMesh(folder, PRODUCTS);
  const model = join(scratch, 'model.json');
  await measureSide('resolve', { mesh: join(folder, 'mesh.ts'), home: join(scratch, 'home'), model });
  return model;
}

/** What every stack of a finished synthesis has, by the stack's name. */
async function readTemplates(folder: string): Promise<{ [stack: string]: object }> {
  const stacks: { [stack: string]: object } = {};
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.template.json')) continue;
    const { Parameters, Resources } = JSON.parse(await readFile(join(folder, file), 'utf8'));
    delete Parameters?.BootstrapVersion;
    const name = Resources.RegistrationProductC74C4EDC?.Properties.Product?.replace('/', '-');
    stacks[name === undefined ? 'Mesh' : `generated-${name}`] = { Parameters, Resources };
  }
  return stacks;
}
