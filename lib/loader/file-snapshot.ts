import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listFolder } from './list-files.ts';

/** What tells whether a file is as it was: `[path, bytes, modified, changed, hash]`. */
export type FileMark = readonly [path: string, bytes: number, modified: number, changed: number, hash: string];
/** What tells whether a folder holds what it held: `[path, modified, names]`. */
export type FolderMark = readonly [path: string, modified: number, names: string];

/** The state of all files and folders that something was made from. Plain JSON. */
export interface FileSnapshot {
  readonly folder: string;
  readonly files: readonly FileMark[];
  readonly folders: readonly FolderMark[];
}

/**
 * Marks files and folders; undefined when one changed since `since` (milliseconds), because then nobody knows whether
 * what was read of it is what is there now.
 */
export function takeSnapshot(
  folder: string,
  files: readonly string[],
  folders: ReadonlyMap<string, readonly string[]>,
  since: number,
): FileSnapshot | undefined {
  try {
    const marks = files.map((path): FileMark => {
      const { size, mtimeMs, ctimeMs } = statSync(path);
      if (ctimeMs >= since || mtimeMs >= since) throw new ChangedMeanwhile();
      return [path, size, mtimeMs, ctimeMs, hashOf(path)];
    });
    const listings = [...folders].map(([path, names]): FolderMark => {
      const { mtimeMs } = statSync(join(folder, path));
      if (listFolder(join(folder, path)).join() !== names.join()) throw new ChangedMeanwhile();
      return [path, mtimeMs, names.join()];
    });
    return { folder, files: marks, folders: listings };
  } catch {
    return undefined;
  }
}

/** Whether everything is as it was. A look at the disk for each file; its content is read only when its times differ. */
export function isSame({ folder, files, folders }: FileSnapshot): boolean {
  const sameFile = ([path, bytes, modified, changed, hash]: FileMark) => {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.size !== bytes) return false;
    return (now.mtimeMs === modified && now.ctimeMs === changed) || hashOf(path) === hash;
  };
  const sameFolder = ([path, modified, names]: FolderMark) => {
    const now = statSync(join(folder, path), { throwIfNoEntry: false });
    if (!now) return false;
    return now.mtimeMs === modified || listFolder(join(folder, path)).join() === names;
  };
  return files.every(sameFile) && folders.every(sameFolder);
}

class ChangedMeanwhile extends Error {}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 32);
}
