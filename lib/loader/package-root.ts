import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Hash of the sources that a build was made of; set by bin/build.mjs, absent when run from the sources. */
declare const __BUILD_ID__: string | undefined;

/** This package's own name, as a mesh imports it. */
export const PACKAGE_NAME = 'cdk-data-mesh';

let root: string | undefined;

/** The folder of this package, wherever it is installed. */
export function packageRoot(): string {
  root ??= findUp(dirname(fileURLToPath(import.meta.url)), PACKAGE_NAME) ?? process.cwd();
  return root;
}

/** The built entry of this package, which every mesh's files import, so that they and the CLI are of one version. */
export function packageEntry(): string {
  return join(packageRoot(), 'dist', 'index.js');
}

/** The package's version. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

/** Names this very code: caches of another one are not trusted. */
export function buildId(): string {
  return typeof __BUILD_ID__ === 'string' ? __BUILD_ID__ : 'source';
}

/** The nearest folder, from `folder` up, that has a package.json (of that name). */
export function findUp(folder: string, name?: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file) && (name === undefined || isNamed(file, name))) return at;
    if (dirname(at) === at) return undefined;
  }
}

function isNamed(file: string, name: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name === name;
  } catch {
    return false;
  }
}
