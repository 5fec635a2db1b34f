import { readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './process-alive.ts';

/** What the name of the folder begins with, beside the landing folder, in which a seed works; its process follows. */
export const seedingPrefix = (landing: string) => `${basename(landing)}.seeding-`;

const MOST_ATTEMPTS = 100;
/** A drop that is listed and not there so often is a link to nothing. */
const MOST_GONE = 3;
const PAUSE_MS = 10;

/**
 * Looks at the landing folder as it is at one moment. A seed replaces the folder by two renames: between them it is
 * not there, and a look that began before sees parts of both. A drop that is gone when it is read was no drop.
 */
export async function atOneMoment<Result>(landing: string, look: () => Promise<Result>): Promise<Result> {
  let gone = 0;
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === MOST_ATTEMPTS;
    const before = findInode(landing);
    if (before === undefined && !isLast && isBeingReplaced(landing)) {
      await pause(PAUSE_MS);
      continue;
    }
    try {
      const result = await look();
      if (isLast || findInode(landing) === before) return result;
    } catch (error) {
      gone += 1;
      if (gone > MOST_GONE || !isGone(error)) throw error;
    }
  }
}

function findInode(folder: string): bigint | undefined {
  return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
}

function isBeingReplaced(landing: string): boolean {
  const prefix = seedingPrefix(landing);
  try {
    return readdirSync(dirname(landing)).some(
      (name) => name.startsWith(prefix) && isAlive(Number(name.slice(prefix.length))),
    );
  } catch {
    return false;
  }
}

function isGone(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
