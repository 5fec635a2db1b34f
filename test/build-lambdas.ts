import { fileURLToPath } from 'node:url';

/** Builds the bundles of functions in `dist/lambdas`, which every synthesis needs, unless they are up to date. */
export async function buildLambdas(): Promise<void> {
  const file = fileURLToPath(new URL('../bin/build.mjs', import.meta.url));
  const { buildLambdasIfStale } = (await import(file)) as { buildLambdasIfStale(): Promise<boolean> };
  await buildLambdasIfStale();
}
