import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/** One import of a source file. */
export interface SourceImport {
  /** A path relative to the root, or a package's name. */
  readonly to: string;
  readonly kind: 'value' | 'lazy' | 'type';
  readonly isPackage: boolean;
}

/** A file of the project, with what it imports. */
export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly SourceImport[];
}

const CODE = /\.(ts|tsx|mjs|js)$/;
/** Whole statements that import types alone, and types named in place. */
const TYPE_IMPORTS = [
  /^(?:import|export) type\b[^;'"]*?\bfrom\s+'([^']+)'/gm,
  /\btypeof import\('([^']+)'\)/g,
  /\bimport\('([^']+)'\)\.[A-Z]/g,
];

/** Every file below these folders of the root (those that exist), by path. */
export function listFiles(root: string, folders: readonly string[]): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/**
 * Reads code and what it imports. What runs, esbuild tells, the bundler that builds the package; types it drops, so
 * those are read from the text.
 */
export async function readSources(root: string, folders: readonly string[]): Promise<SourceFile[]> {
  const paths = listFiles(root, folders).filter((path) => CODE.test(path));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: paths,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    // `engine.ts` may stand beside `engine.mjs`.
    entryNames: '[dir]/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const runs = metafile.inputs[path]!.imports.map(
      ({ path: to, kind, external }): SourceImport => ({
        to: external ? packageOf(to) : to,
        kind: kind === 'dynamic-import' ? 'lazy' : 'value',
        isPackage: external === true,
      }),
    );
    const types = TYPE_IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)]).map(([, to]): SourceImport => {
      const isPackage = !to!.startsWith('.');
      const target = isPackage ? packageOf(to!) : relative(root, resolve(root, dirname(path), to!));
      return { to: target.replaceAll('\\', '/'), kind: 'type', isPackage };
    });
    return { path, text, imports: [...runs, ...types] };
  });
}

/** Everything that loads when a file is loaded: files and packages; with what is imported lazily only if so asked. */
export function loadedWith(
  sources: readonly SourceFile[],
  start: string,
  options: { readonly lazily?: boolean } = {},
): Set<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>([start]);
  for (const path of seen) {
    for (const { to, kind } of byPath.get(path)?.imports ?? []) {
      if (kind === 'value' || (kind === 'lazy' && options.lazily)) seen.add(to);
    }
  }
  return seen;
}

/** `@scope/name/deep` and `name/deep` without `deep`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
