import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductId } from '../../model/names.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Journal, type Journals, UnfinishedRun } from '../../ports/journal.ts';
import { type JournalFile, openJournalFile } from './journal-file.ts';
import { takeProductLock } from './product-lock.ts';

export interface JournalsOptions {
  /** The folder of all local state. */
  readonly home: string;
  readonly clock: Clock;
  /** Called once when another process is running the product. @default nothing */
  readonly onWaiting?: (product: ProductId) => void;
  /** How `sleep` lets time pass. @default a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** The longest a timer can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Journals as files: `<home>/journal/<domain>.<product>.ndjson`, a line for each step, while a run is unfinished. */
export function createJournals({ home, clock, onWaiting, wait = pause }: JournalsOptions): Journals {
  return {
    async open(product, run) {
      const base = join(home, 'journal', product.replace('/', '.'));
      const release = await takeProductLock(`${base}.lock`, onWaiting && (() => onWaiting(product)));
      try {
        const file = openJournalFile(`${base}.ndjson`, product, () => newRunId(clock.now()));
        let isOver = true;
        try {
          return await run(createJournal(file, clock, wait));
        } catch (error) {
          isOver = !(error instanceof UnfinishedRun);
          throw error;
        } finally {
          if (isOver) file.end();
          else file.close();
        }
      } finally {
        release();
      }
    },
  };
}

function createJournal(file: JournalFile, clock: Clock, wait: (milliseconds: number) => Promise<unknown>): Journal {
  const used = new Set<string>();

  /** The result kept under a name, which a run uses once: a second use would get the first one's result. */
  async function once(kind: 'step' | 'sleep', name: string, work: () => unknown): Promise<unknown> {
    const key = `${kind} ${name}`;
    if (used.has(key)) {
      const message = `the run's ${kind} \`${name}\` was there before`;
      throw new MeshError({
        code: 'repeated-step',
        message,
        fix: 'give each a name of its own',
        where: { product: file.product },
      });
    }
    used.add(key);
    return (file.find(key) ?? file.append(key, await work())).value;
  }

  return {
    runId: file.runId,
    isResumed: file.isResumed,
    step: async <Result>(name: string, work: () => Promise<Result>) => (await once('step', name, work)) as Result,
    async sleep(name, seconds) {
      const until = Date.parse(
        String(await once('sleep', name, () => new Date(clock.now().getTime() + seconds * 1000))),
      );
      for (;;) {
        const left = until - clock.now().getTime();
        if (left <= 0) return;
        await wait(Math.min(left, LONGEST_TIMER_MS));
      }
    },
  };
}

/** `20260131T081500123-1f3a9c2e41d7`: sorts by time, and may be a part of a file's name. */
function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:.Z]/g, '')}-${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}
