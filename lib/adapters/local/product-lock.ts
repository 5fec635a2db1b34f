import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeStateFolder } from './state-folder.ts';
import { isBusy, storeError } from './store-errors.ts';

const SHORTEST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 100;

/**
 * Holds a lock that dies with its process: the operating system's own, taken through SQLite on an empty file, which
 * works for several holders within one process too. The file stays, because removing it would let two in. Nobody may
 * open it otherwise in the process: closing it would drop the lock.
 *
 * Waits as long as a living process holds it; `onWaiting` is called once when it has to.
 *
 * @returns what gives the lock back.
 */
export async function takeProductLock(file: string, onWaiting?: () => void): Promise<() => void> {
  const { default: Library } = await import('libsql');
  try {
    makeStateFolder(dirname(file));
    const connection = new Library(file, { timeout: 0 });
    // Never written to, so there is nothing that a file beside it could roll back.
    connection.exec('PRAGMA journal_mode = MEMORY');
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        connection.exec('BEGIN IMMEDIATE');
        return () => {
          // Closing alone may be put off until the garbage is collected.
          connection.exec('ROLLBACK');
          connection.close();
        };
      } catch (error) {
        if (!isBusy(error)) {
          connection.close();
          throw error;
        }
      }
      if (pauseMs === SHORTEST_PAUSE_MS) onWaiting?.();
      await pause(pauseMs);
    }
  } catch (error) {
    throw storeError(error, file);
  }
}
