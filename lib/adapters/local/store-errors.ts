import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { MeshError } from '../../model/mesh-error.ts';

const BUSY = [5, 6];
const UNWRITABLE = [3, 8, 14, 23];
const DAMAGED = [11, 26];
const FULL = 13;
const INPUT_OUTPUT = 10;
const CANNOT_OPEN = 14;
/** A store without so much room around it cannot be opened. */
const LEAST_BYTES = 64 * 1024;

/** Whether a statement failed only because another connection was writing. */
export function isBusy(error: unknown): boolean {
  return BUSY.includes(primaryCode(error));
}

/** Says in the user's words why the store cannot be used; what is no trouble of the store is returned as it is. */
export function storeError(error: unknown, file: string): unknown {
  const failed = (code: string, message: string, fix: string, kind?: 'retry') =>
    new MeshError({ code, message, fix, kind, where: { file }, cause: error });
  const code = primaryCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (BUSY.includes(code)) {
    return failed(
      'store-busy',
      'other processes kept the store busy for too long',
      'try again when they are done',
      'retry',
    );
  }
  // A store that finds no room for the files beside it says so in other words.
  if (code === FULL || ((code === INPUT_OUTPUT || code === CANNOT_OPEN) && isFull(dirname(file))))
    return failed('disk-full', 'the disk is full; nothing was changed', 'free some space and do it again', 'retry');
  if (DAMAGED.includes(code)) {
    const fix = 'restore it from a backup, or move it away and build again: what was published so far is then unknown';
    return failed('store-damaged', `the store is damaged (${detail})`, fix);
  }
  if (UNWRITABLE.includes(code)) {
    const fix = 'make its folder and the files in it writable, or keep the state elsewhere with `--home`';
    return failed('store-unwritable', `the store cannot be opened for writing (${detail})`, fix);
  }
  if (code === INPUT_OUTPUT) {
    const fix = 'look at the disk (space, quota, limits, health) and do it again';
    return failed(
      'store-unreachable',
      `the store cannot be read or written (${detail}); nothing was changed`,
      fix,
      'retry',
    );
  }
  return error;
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < LEAST_BYTES;
  } catch {
    return false;
  }
}

/** SQLite's primary result code, or 0. libsql tells it in a property, or, while opening, at the end of the message. */
function primaryCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  const opening = /^ConnectionFailed\("Unable to open connection to local database .*: (\d+)"\)$/s.exec(error.message);
  return opening ? Number(opening[1]) & 0xff : 0;
}
