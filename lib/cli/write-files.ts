import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MeshError } from '../model/mesh-error.ts';

/**
 * Writes new files into a folder.
 *
 * @throws MeshError `conflict` when one is there already; then none is written.
 */
export function writeFiles(folder: string, files: { readonly [path: string]: string }): string[] {
  refuseExisting(folder, Object.keys(files));
  return Object.entries(files).map(([path, text]) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    return relative(process.cwd(), file);
  });
}

/** Refuses to go on when one of these files is there. */
export function refuseExisting(folder: string, paths: readonly string[]): void {
  const there = paths.find((path) => existsSync(join(folder, path)));
  if (there === undefined) return;
  const message = `${relative(process.cwd(), join(folder, there))} is there already`;
  throw new MeshError({
    code: 'file-exists',
    kind: 'conflict',
    message,
    fix: 'remove it first, or choose another name',
  });
}
