import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own, small enough to fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Writes a file that leaves this much room, in bytes, to the page. */
  fillBut(bytes: number): void;
  /** Removes that file. */
  makeRoom(): void;
  remove(): void;
}

const BLOCK = 4096;

/** Mounts one, or returns undefined where that is not permitted. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  const filler = join(folder, 'filler');
  const makeRoom = () => rmSync(filler, { force: true });
  return {
    folder,
    fillBut(bytes) {
      makeRoom();
      const descriptor = openSync(filler, 'w');
      const block = Buffer.alloc(BLOCK);
      for (let free = statfsSync(folder).bavail; free > 0; free -= 1) {
        try {
          writeSync(descriptor, block);
        } catch {
          break;
        }
      }
      const { size } = fstatSync(descriptor);
      ftruncateSync(descriptor, Math.max(0, size - bytes));
      closeSync(descriptor);
    },
    makeRoom,
    remove() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
