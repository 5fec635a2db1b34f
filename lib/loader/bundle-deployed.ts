import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { CodeTransformModel } from '../model/mesh-model.ts';
import { problemOf } from './bundle-declarations.ts';
import { buildId, PACKAGE_NAME, packageEntry } from './package-root.ts';

/**
 * Bundles a product's code with everything it imports, npm packages too, into one file that runs where nothing is
 * installed; gives the file's path. The same on every machine, and bundled once.
 */
export async function bundleDeployed(
  folder: string,
  product: string,
  { file, hash }: CodeTransformModel,
  cache: string,
): Promise<string> {
  const bundle = join(cache, 'deployed', `${hash}-${buildId()}.mjs`);
  if (existsSync(bundle)) return bundle;
  const { build } = await import('esbuild');
  const where = { product, file };
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: [file],
      outfile: join(folder, 'transform.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      mainFields: ['module', 'main'],
      legalComments: 'none',
      // Traces of a failing transformation name the lines of its sources.
      sourcemap: 'inline',
      sourcesContent: false,
      write: false,
      logLevel: 'silent',
      tsconfigRaw: {},
      banner: { js: REQUIRE },
      plugins: [declarationsOnly],
    });
    await keep(bundle, outputFiles[0]!.contents);
    return bundle;
  } catch (error) {
    const errors = (error as { errors?: Parameters<typeof problemOf>[0][] }).errors;
    if (!errors) throw error;
    const problems = errors.map((message): Problem => {
      const problem = problemOf(message, folder);
      return { ...problem, where: { ...where, ...problem.where } };
    });
    throw new MeshError({ code: 'no-bundle', message: 'can’t be bundled', fix: 'mend it', where, problems });
  }
}

/** Packages of the older kind call it. */
const REQUIRE = `import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);`;

/** Of this very package code needs what declares; nothing of it has side effects, so the rest is left out. */
const declarationsOnly: Plugin = {
  name: 'declarations-only',
  setup(build) {
    const entry = packageEntry();
    build.onResolve({ filter: new RegExp(`^${PACKAGE_NAME}$`) }, () => ({ path: entry, sideEffects: false }));
    build.onResolve({ filter: /^\./ }, ({ path, importer, resolveDir }) =>
      importer.startsWith(dirname(entry)) ? { path: resolve(resolveDir, path), sideEffects: false } : undefined,
    );
  },
};

async function keep(path: string, contents: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, contents);
  await rename(draft, path);
}
