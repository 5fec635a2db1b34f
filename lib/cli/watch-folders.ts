import { type FSWatcher, mkdirSync, readdirSync, watch } from 'node:fs';
import { join, relative, sep } from 'node:path';

export interface WatchOptions {
  /** A folder whose changes do not matter, though it may lie in a watched one. */
  readonly ignore: string;
  /** A folder within the ignored one whose changes matter all the same. */
  readonly keep: string;
  readonly signal: AbortSignal;
  /** Called after changes, one call at a time. */
  readonly onChange: () => Promise<void>;
}

/** Many files often change together: a checkout, a seed, an editor that writes by renaming. */
const QUIET_MS = 250;

/** Watches folders and all below them until the signal says to stop. */
export async function watchFolders(folders: readonly string[], options: WatchOptions): Promise<void> {
  const { ignore, keep, signal, onChange } = options;
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> | undefined;
  let isAgain = false;
  const run = async () => {
    if (work) {
      isAgain = true;
      return;
    }
    do {
      isAgain = false;
      work = onChange();
      await work;
    } while (isAgain && !signal.aborted);
    work = undefined;
  };
  let watchers: FSWatcher[] = [];
  const close = () => {
    for (const watcher of watchers) watcher.close();
  };
  const arm = () => {
    close();
    watchers = folders.flatMap((folder) => watchTree(folder, notice));
  };
  const notice = (path: string) => {
    if (isWithin(ignore, path) && !isWithin(keep, path)) return;
    clearTimeout(timer);
    // Armed anew each time: a folder may have come.
    timer = setTimeout(() => void run().then(arm), QUIET_MS);
  };
  arm();
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  clearTimeout(timer);
  close();
  await work;
}

/** The folder itself, and each folder in it with all below: node_modules would cost thousands of watches. */
function watchTree(folder: string, notice: (path: string) => void): FSWatcher[] {
  mkdirSync(folder, { recursive: true });
  const listen = (at: string, recursive: boolean) =>
    watch(at, { recursive }, (_event, name) => {
      const path = join(at, name ?? '');
      if (!isNoise(relative(folder, path))) notice(path);
    }).on('error', () => undefined);
  const inside = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !isNoise(entry.name),
  );
  return [listen(folder, false), ...inside.map(({ name }) => listen(join(folder, name), true))];
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Half-written drops, editors' swap files, version control. */
function isNoise(path: string): boolean {
  return path
    .split(sep)
    .some(
      (part) =>
        part.startsWith('.') ||
        part.startsWith('_') ||
        part.endsWith('~') ||
        part.endsWith('.tmp') ||
        part === 'node_modules',
    );
}
