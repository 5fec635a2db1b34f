import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshError } from '../../model/mesh-error.ts';

/** Makes sure a file's content survives a power cut. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Moves a flushed file to its final place, which then either has all of it or nothing. */
export async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  await flushFile(dirname(to));
}

/** All files below a folder, as absolute paths; none when it is missing. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Says what the file system refused, in words. Anything else is passed on. */
export function asFileError(thrown: unknown, home: string): unknown {
  const text =
    thrown instanceof Error ? `${(thrown as NodeJS.ErrnoException).code ?? ''} ${thrown.message}` : String(thrown);
  if (/ENOSPC|EDQUOT|EFBIG|No space left|not enough disk|quota exceeded|File too large/i.test(text)) {
    const fix = `free some room, or move the mesh's home elsewhere with \`--home\` (now \`${home}\`)`;
    return new MeshError({
      code: 'disk-full',
      kind: 'retry',
      message: 'the disk is full; nothing was published, nothing lost',
      fix,
      cause: thrown,
    });
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system/i.test(text)) {
    const message = `a file can't be read or written: ${text.trim().split('\n')[0]}`;
    return new MeshError({ code: 'not-permitted', message, fix: 'mend its permissions', cause: thrown });
  }
  return thrown;
}
