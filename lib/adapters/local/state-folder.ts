import { mkdirSync } from 'node:fs';
import { MeshError } from '../../model/mesh-error.ts';

/** Makes a folder of the local state, if it is not there. */
export function makeStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    const message = `the folder cannot be made (${(cause as Error).message})`;
    const fix = 'make its parent a writable folder, or keep the state elsewhere with `--home`';
    throw new MeshError({ code: 'home-unwritable', message, fix, where: { file: folder }, cause });
  }
}
