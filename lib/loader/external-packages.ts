import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { findUp, PACKAGE_NAME, packageEntry } from './package-root.ts';

const SKIP = Symbol('resolved by this very plugin');

/** Keeps npm packages out of a bundle, and finds them from the folder of the file that imports them. */
export interface ExternalPackages {
  readonly plugin: Plugin;
  /** The resolved file of each package. */
  files(): string[];
  /** The bundle with each package named by name and version rather than by where it lies. */
  portable(code: string): string;
}

/** This package itself is always the one that runs, even where none is installed. */
export function externalPackages(): ExternalPackages {
  const urls = new Map<string, string>();
  const plugin: Plugin = {
    name: 'external-packages',
    setup(build) {
      const entry = pathToFileURL(packageEntry()).href;
      build.onResolve({ filter: new RegExp(`^${PACKAGE_NAME}$`) }, () => {
        urls.set(entry, PACKAGE_NAME);
        return { path: entry, external: true };
      });
      build.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData, importer }) => {
        if (pluginData === SKIP || kind === 'entry-point' || path.startsWith('node:')) return undefined;
        const found = await build.resolve(path, { resolveDir, kind, importer, pluginData: SKIP });
        if (found.errors.length > 0) return { errors: found.errors };
        if (found.external) return undefined;
        const url = pathToFileURL(found.path).href;
        urls.set(url, `${path}@${versionOf(found.path)}`);
        return { path: url, external: true };
      });
    },
  };
  return {
    plugin,
    files: () => [...urls.keys()].map((url) => fileURLToPath(url)),
    portable: (code) =>
      [...urls].reduce((text, [url, name]) => text.replaceAll(JSON.stringify(url), JSON.stringify(name)), code),
  };
}

function versionOf(file: string): string {
  const root = findUp(dirname(file));
  if (root === undefined) return 'unknown';
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: string }).version ?? 'unknown';
}
