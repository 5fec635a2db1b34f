import { join, relative } from 'node:path';
import type { BuildFailure, Message, OutputFile } from 'esbuild';
import type { Problem } from '../model/mesh-error.ts';
import { externalPackages } from './external-packages.ts';
import { unreadable } from './read-text.ts';
import type { SourceMap } from './source-map.ts';

/** All declarations of a mesh as one module, which evaluates each file when asked to. */
export interface DeclarationBundle {
  /** Default export of the bundle: one function for each entry, in their order, that evaluates and returns it. */
  readonly code: string;
  readonly map: SourceMap;
  /** Files read, relative to the mesh's folder; with the files of that mesh that each imports. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Files outside that are imported but not bundled: entries of npm packages. */
  readonly externals: readonly string[];
  /** Files with a syntax error or an import that leads nowhere, by path. */
  readonly broken: ReadonlyMap<string, Problem>;
}

/** The bundle calls it in place of a file that could not be bundled. */
export const BROKEN_FILE = 'meshBrokenFile';
/** The name of the generated file that imports all others. */
const ENTRIES = 'mesh-entries.js';
const UNREADABLE = 'unreadable-file';
/** Broken files are left out and the rest is tried again; errors can follow from errors, but not endlessly. */
const MOST_ROUNDS = 20;

/**
 * Bundles all declarations in one go; 1,000 products take a third of a second. A file with an error is replaced by one
 * that throws, so that the others go on.
 */
export async function bundleDeclarations(folder: string, entries: readonly string[]): Promise<DeclarationBundle> {
  const { build } = await import('esbuild');
  const broken = new Map<string, Problem>();
  const loads = () =>
    entries.map((entry) => {
      const path = JSON.stringify(`./${entry}`);
      // What can't even be found fails when it is asked for, as what can't be bundled does.
      return broken.get(entry)?.code === UNREADABLE
        ? `async () => { throw globalThis.${BROKEN_FILE}(${JSON.stringify(entry)}); }`
        : `() => import(${path})`;
    });
  for (let round = 0; ; round += 1) {
    const packages = externalPackages();
    try {
      const { outputFiles, metafile } = await build({
        absWorkingDir: folder,
        stdin: {
          contents: `export default [${loads().join(',\n')}];`,
          resolveDir: folder,
          sourcefile: ENTRIES,
        },
        outfile: join(folder, 'bundle.mjs'),
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node20.19',
        sourcemap: 'external',
        sourcesContent: false,
        metafile: true,
        write: false,
        logLevel: 'silent',
        tsconfigRaw: {},
        plugins: [packages.plugin, brokenFiles(folder, broken)],
      });
      const text = (ending: string) => outputFiles.find(({ path }: OutputFile) => path.endsWith(ending))!.text;
      const imports = Object.entries(metafile.inputs).map(([file, input]): [string, string[]] => [
        file,
        input.imports.filter(({ external }) => !external).map(({ path }) => path),
      ]);
      return {
        code: text('.mjs'),
        map: JSON.parse(text('.map')) as SourceMap,
        imports: new Map(imports.filter(([file]) => file !== ENTRIES)),
        externals: packages.files(),
        broken,
      };
    } catch (error) {
      const before = broken.size;
      if (isBuildFailure(error)) for (const message of error.errors) noteBroken(message, folder, broken);
      if (broken.size === before || round === MOST_ROUNDS) throw error;
    }
  }
}

/** esbuild's error as a problem with its place. */
export function problemOf({ text, location, notes }: Message, folder: string): Problem {
  const unresolved = /^Could not resolve "(.+)"/.exec(text)?.[1];
  const missing = /^No matching export in "(.+)" for import "(.+)"/.exec(text);
  const place = location && {
    file: toMeshPath(location.file, folder),
    line: location.line,
    column: location.column + 1,
  };
  const where = place ?? {};
  if (unresolved !== undefined) {
    const local = unresolved.startsWith('.');
    const fix = local ? 'correct the path' : `install the package (\`npm install ${unresolved}\`), or correct its name`;
    return { code: 'unknown-import', message: `imports \`${unresolved}\`, which is not there`, where, fix };
  }
  if (missing) {
    const message = `imports \`${missing[2]}\` from ${missing[1]}, which does not export it`;
    const hint = missing[2] === 'default' ? 'add `export default …` there' : 'correct the name, or export it there';
    return { code: 'unknown-import', message, where, fix: hint };
  }
  const note = notes.map((each) => each.text).join(' ');
  return { code: 'syntax-error', message: note ? `${text} (${note})` : text, where, fix: 'correct the syntax' };
}

function noteBroken(message: Message, folder: string, broken: Map<string, Problem>): void {
  if (message.location?.file === ENTRIES) {
    const file = /"\.\/(.+)"/.exec(message.text)?.[1];
    if (file !== undefined) broken.set(file, unreadable(file, undefined, message.text));
    return;
  }
  const own = /^No matching export in "(.+product\.ts)" for import "default"/.exec(message.text)?.[1];
  const problem = own === undefined ? problemOf(message, folder) : noDefaultExport(own, 'defineProduct');
  const { file } = problem.where;
  if (file !== undefined && !broken.has(file)) broken.set(file, problem);
}

/** The problem that a file declares nothing. */
export function noDefaultExport(file: string, define: string): Problem {
  const fix = `write \`export default ${define}({ … })\``;
  return { code: 'no-default-export', message: 'has no default export', where: { file }, fix };
}

function brokenFiles(folder: string, broken: ReadonlyMap<string, Problem>): import('esbuild').Plugin {
  return {
    name: 'broken-files',
    setup(build) {
      if (broken.size === 0) return;
      build.onLoad({ filter: /./, namespace: 'file' }, ({ path }) => {
        const file = toMeshPath(path, folder);
        if (!broken.has(file)) return undefined;
        // CommonJS, so that an import of any name from it is fine until it is evaluated.
        const contents = `throw globalThis.${BROKEN_FILE}(${JSON.stringify(file)});\nmodule.exports = {};`;
        return { contents, loader: 'js' };
      });
    },
  };
}

function toMeshPath(path: string, folder: string): string {
  const local = path.startsWith('/') || /^[A-Za-z]:/.test(path) ? relative(folder, path) : path;
  return local.replaceAll('\\', '/');
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
