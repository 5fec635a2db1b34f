import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './process-alive.ts';

/** Where one engine may put what does not fit into memory. */
export interface SpillFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const NAME = /^spill-(\d+)-/;

/**
 * A folder of an engine's own below `parent`: engines give their files the same names, so two in one folder would read
 * each other's. What processes that are gone left there is removed.
 */
export async function createSpillFolder(parent: string): Promise<SpillFolder> {
  // Without the folder the engine says so once it has to spill.
  await mkdir(parent, { recursive: true }).catch(() => undefined);
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (pid > 0 && !isAlive(pid)) await remove(join(parent, name));
  }
  const path = join(parent, `spill-${process.pid}-${randomUUID().slice(0, 8)}`);
  return { path, remove: () => remove(path) };
}

/** What cannot be removed now is removed by a later engine. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
