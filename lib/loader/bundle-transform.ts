import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { contentHash } from '../model/content-hash.ts';
import type { Problem } from '../model/mesh-error.ts';
import type { LoadedProduct } from '../model/resolve/loaded-mesh.ts';
import { problemOf } from './bundle-declarations.ts';
import { externalPackages } from './external-packages.ts';

/** The code of a `code` or `model` transformation, bundled. */
export interface BundledTransform {
  readonly code: NonNullable<LoadedProduct['code']>;
  /** Files read, relative to the mesh's folder. */
  readonly files: readonly string[];
  readonly externals: readonly string[];
}

/** Where the bundle of that hash is kept. */
export function transformPath(cache: string, hash: string): string {
  return join(cache, 'transforms', `${hash}.mjs`);
}

/**
 * Bundles a transformation with all it imports, and keeps it in the cache under the hash of its text. The text depends
 * on nothing but the sources and the versions of npm packages: the same on every machine.
 */
export async function bundleTransform(
  folder: string,
  product: string,
  productFile: string,
  name: string,
  cache: string,
): Promise<BundledTransform | readonly Problem[] | undefined> {
  const file = posix.join(posix.dirname(productFile), name);
  if (!existsSync(join(folder, file))) return undefined;
  const { build } = await import('esbuild');
  const packages = externalPackages();
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: [file],
      outfile: join(folder, 'transform.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      legalComments: 'none',
      // Traces of a failing transformation name the lines of its sources.
      sourcemap: 'inline',
      sourceRoot: `${folder}/`,
      sourcesContent: false,
      metafile: true,
      write: false,
      logLevel: 'silent',
      tsconfigRaw: {},
      plugins: [packages.plugin],
    });
    const exports = Object.values(metafile.outputs)[0]!.exports;
    if (!exports.includes('default')) {
      const fix = 'write `export default defineTransform<typeof product>(async function* (…) { … })`';
      return [{ code: 'no-default-export', message: 'has no default export', where: { product, file }, fix }];
    }
    const text = outputFiles[0]!.text;
    const hash = contentHash(packages.portable(text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '')));
    await keep(transformPath(cache, hash), text);
    return { code: { file, hash }, files: Object.keys(metafile.inputs), externals: packages.files() };
  } catch (error) {
    const errors = (error as { errors?: Parameters<typeof problemOf>[0][] }).errors;
    if (!errors) throw error;
    return errors.map((message) => {
      const problem = problemOf(message, folder);
      return { ...problem, where: { product, file, ...problem.where } };
    });
  }
}

async function keep(path: string, text: string): Promise<void> {
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, text);
  await rename(draft, path);
}
