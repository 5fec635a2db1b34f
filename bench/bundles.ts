import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { busBinding } from '../lib/adapters/aws/bus.binding.ts';
import { runBinding } from '../lib/adapters/aws/run.binding.ts';
import { storeBinding } from '../lib/adapters/aws/store.binding.ts';
import type { Bench, Result } from './harness/bench.ts';
import { median } from './harness/compare.ts';
import { measureFile, measureNode, ROOT } from './harness/measure.ts';
import { withScratch } from './harness/scratch.ts';

/** What a function reads as it is loaded. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  ...Object.fromEntries(
    [storeBinding, busBinding, runBinding].flatMap(({ variables }) =>
      Object.values(variables).map((name) => [name, '1']),
    ),
  ),
};

/** Our bundles of functions against what the CDK's `NodejsFunction` makes of the same files, the SDK bundled too. */
export const bundles: Bench = {
  name: 'bundles',
  about: 'functions’ bundles against the defaults of NodejsFunction: bytes, and the time to import them',
  run: ({ pairs }) =>
    withScratch(async (scratch) => {
      const { bundleLambda } = (await import(pathToFileURL(join(ROOT, 'bin/build-lambdas.mjs')).href)) as {
        bundleLambda(entry: string): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
      };
      const bare: number[] = [];
      for (let run = 0; run < Math.max(pairs, 5); run += 1) bare.push((await measureNode()).cpuSeconds);
      const results: Result[] = [];
      for (const file of (await readdir(join(ROOT, 'lambdas'))).filter((name) => name.endsWith('.ts'))) {
        const entry = join(ROOT, 'lambdas', file);
        const ours = (await bundleLambda(entry)).outputFiles[0]!.contents;
        const theirs = await bundleAsNodejsFunction(entry);
        const name = basename(file, '.ts');
        const folder = join(scratch, name);
        await mkdir(folder);
        await writeFile(join(folder, 'ours.mjs'), ours);
        await writeFile(join(folder, 'theirs.cjs'), theirs);
        const load = { ours: [] as number[], theirs: [] as number[] };
        for (let run = 0; run < Math.max(pairs, 5); run += 1) {
          load.theirs.push((await measureFile(join(folder, 'theirs.cjs'), ENVIRONMENT)).cpuSeconds);
          load.ours.push((await measureFile(join(folder, 'ours.mjs'), ENVIRONMENT)).cpuSeconds);
        }
        const [mine, other] = [median(load.ours) - median(bare), median(load.theirs) - median(bare)];
        results.push(
          line(`${name}: bytes`, ours.length / theirs.length, `${kb(ours.length)} against ${kb(theirs.length)}`),
          line(`${name}: import, cpu`, mine / other, `${ms(mine)} against ${ms(other)}`),
        );
      }
      return results;
    }),
};

/** As `NodejsFunction` calls esbuild when nobody says otherwise, with `bundleAwsSDK`, for it has to run anywhere. */
async function bundleAsNodejsFunction(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node24',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.contents;
}

function line(what: string, measured: number, from: string): Result {
  return { bench: 'bundles', what, unit: 'ratio', measured, goal: 0.5, from };
}

const kb = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
const ms = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
