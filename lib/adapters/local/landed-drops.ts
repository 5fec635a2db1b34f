import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { SourceFormat } from '../../model/input.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { SourceInputModel } from '../../model/mesh-model.ts';

/** A drop of a source: its path below the landing folder, with `/`, and where that is. */
export interface Drop {
  readonly path: string;
  readonly file: string;
}

/** What files of a format end in, in small or capital letters. */
const ENDINGS: Record<SourceFormat, RegExp> = {
  csv: /\.csv(\.gz)?$/i,
  ndjson: /\.(ndjson|jsonl)(\.gz)?$/i,
  parquet: /\.parquet$/i,
};

/**
 * Finds what has landed for a source, by path: all files of its format below its folder, or its one file.
 * A folder that is missing is empty.
 *
 * @throws MeshError for links that lead out of the landing folder, and for one file of another format.
 */
export function findDrops(landing: string, input: SourceInputModel): Drop[] {
  const start = resolve(landing, input.path);
  if (!isWithin(resolve(landing), start)) throw outside(input, start);
  const root = findRealPath(landing);
  const stats = root === undefined ? undefined : findStats(start);
  if (root === undefined || !stats) return [];
  const drops: Drop[] = [];
  const ending = ENDINGS[input.format];
  const addFile = (file: string) => drops.push({ path: relative(resolve(landing), file).split(sep).join('/'), file });

  const visit = (folder: string, above: readonly string[]) => {
    const real = checkInside(root, folder, input);
    // A link back to a folder above would never end.
    if (above.includes(real)) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (!isThere(entry.name)) continue;
      const isFolder = entry.isSymbolicLink() ? statSync(path).isDirectory() : entry.isDirectory();
      if (isFolder) visit(path, [...above, real]);
      else if (ending.test(entry.name)) {
        if (entry.isSymbolicLink()) checkInside(root, path, input);
        else if (!entry.isFile()) throw noFile(input, path);
        addFile(path);
      }
    }
  };

  if (stats.isDirectory()) visit(start, []);
  else {
    checkInside(root, start, input);
    if (!ending.test(start)) throw otherFormat(input);
    if (isThere(basename(start))) addFile(start);
  }
  return drops.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Half-written files are not there yet, nor is what a folder's name hides. */
function isThere(name: string): boolean {
  return !name.startsWith('.') && !name.startsWith('_') && !name.toLowerCase().endsWith('.tmp');
}

function checkInside(root: string, path: string, input: SourceInputModel): string {
  const real = realpathSync(path);
  if (isWithin(root, real)) return real;
  throw outside(input, path);
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

function findRealPath(path: string): string | undefined {
  return ifThere(() => realpathSync(path));
}

function findStats(path: string): Stats | undefined {
  return ifThere(() => statSync(path));
}

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function outside(input: SourceInputModel, path: string): MeshError {
  const message = `source \`${input.name}\` leads out of the landing folder`;
  const fix = 'put a copy into the landing folder, or move the landing folder there';
  return new MeshError({ code: 'outside-landing', kind: 'denied', message, fix, where: { file: path } });
}

function noFile(input: SourceInputModel, path: string): MeshError {
  const message = `source \`${input.name}\`: a pipe, socket or device stands where a file should`;
  return new MeshError({ code: 'unreadable-drop', message, fix: 'take it away', where: { file: path } });
}

function otherFormat(input: SourceInputModel): MeshError {
  const message = `source \`${input.name}\` is declared as ${input.format}, but \`${input.path}\` ends otherwise`;
  const fix = 'declare its format, or give its folder as `path`';
  return new MeshError({ code: 'other-format', message, fix, where: { file: input.path } });
}
