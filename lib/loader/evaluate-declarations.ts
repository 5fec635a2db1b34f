import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listenForStrayRejections, settle } from '../model/stray-rejections.ts';
import { BROKEN_FILE, type DeclarationBundle } from './bundle-declarations.ts';
import { originalPlace, type SourcePlace } from './source-map.ts';

/** What came of evaluating one file. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: unknown; readonly hasDefault: boolean }
  /** It, or a file it imports, could not be bundled. */
  | { readonly kind: 'broken'; readonly file: string }
  | {
      readonly kind: 'thrown';
      readonly message: string;
      readonly place?: Partial<SourcePlace> & Pick<SourcePlace, 'source'>;
    };

/** A file that could not be bundled was imported. */
class BrokenFile extends Error {
  readonly file: string;

  constructor(file: string) {
    super(`${file} is broken`);
    this.file = file;
  }
}

/** Evaluates each entry of the bundle, in order; one that throws does not stop the others. */
export async function evaluateDeclarations({ code, map }: DeclarationBundle): Promise<readonly Evaluated[]> {
  // A folder of its own each time: Node keeps modules by their address for as long as it lives.
  const folder = mkdtempSync(join(tmpdir(), 'mesh-'));
  const globals = globalThis as { [BROKEN_FILE]?: (file: string) => Error };
  const { stackTraceLimit } = Error;
  try {
    globals[BROKEN_FILE] = (file) => new BrokenFile(file);
    Error.stackTraceLimit = 50;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'bundle.mjs');
    writeFileSync(path, code);
    const bundle = (await import(pathToFileURL(path).href)) as { default: readonly (() => Promise<object>)[] };
    const results: Evaluated[] = [];
    for (const load of bundle.default) {
      const strays = listenForStrayRejections();
      try {
        const loaded = await load();
        await settle();
        const stray = strays.first();
        if (stray) throw stray.reason;
        const hasDefault = 'default' in loaded;
        results.push({ kind: 'value', value: hasDefault ? loaded.default : undefined, hasDefault });
      } catch (error) {
        if (error instanceof BrokenFile) results.push({ kind: 'broken', file: error.file });
        else results.push({ kind: 'thrown', message: messageOf(error), place: placeOf(error, map) });
      } finally {
        strays.stop();
      }
    }
    return results;
  } finally {
    delete globals[BROKEN_FILE];
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(folder, { recursive: true, force: true });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The innermost place of an error that is in one of the mesh's own files. */
function placeOf(error: unknown, map: DeclarationBundle['map']): SourcePlace | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, line, column] of stack.matchAll(/bundle\.mjs:(\d+):(\d+)/g)) {
    const place = originalPlace(map, Number(line), Number(column));
    if (place) return place;
  }
  return undefined;
}
