import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MeshError } from '../model/mesh-error.ts';

/** The functions of a mesh, by the name of their bundle. */
export type LambdaName = 'run' | 'registrar' | 'collect-cost';

/**
 * The folder of a function's bundle, `dist/lambdas/<name>` of this package.
 *
 * @throws MeshError when it was not built.
 */
export function lambdaFolder(name: LambdaName): string {
  const folder = join(packageFolder(), 'dist', 'lambdas', name);
  if (existsSync(join(folder, 'index.mjs'))) return folder;
  throw new MeshError({
    code: 'not-built',
    message: `the bundle of the function \`${name}\` is not there`,
    fix: 'run `node bin/build.mjs --lambdas`',
    where: { file: folder },
  });
}

/** The nearest folder up with a package.json, from the sources as from dist. */
function packageFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json')) || dirname(at) === at) return at;
  }
}
