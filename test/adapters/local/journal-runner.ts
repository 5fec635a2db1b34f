import { appendFileSync } from 'node:fs';
import { systemClock } from '../../../lib/adapters/local/clock.local.ts';
import { createJournals } from '../../../lib/adapters/local/journal.local.ts';

/**
 * Runs ten steps for a product as a process of its own. Each step leaves its mark, and may find it there already.
 * Prints the run's id, and each step before and after it was done; stops for ever at `stopAt`.
 */
const [home, marks, stopAt] = process.argv.slice(2) as [string, string, string?];
const tell = (line: string) => {
  console.log(line);
  if (line === stopAt || (stopAt === 'run' && line.startsWith('run ')))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
const onWaiting = () => tell('waiting');
await createJournals({ home, clock: systemClock, onWaiting }).open('a/b', async (journal) => {
  tell(`run ${journal.runId}`);
  for (let number = 0; number < 10; number += 1) {
    await journal.step(`step ${number}`, async () => {
      tell(`doing ${number}`);
      appendFileSync(marks, `${journal.runId} ${number}\n`);
      tell(`did ${number}`);
      return number;
    });
    tell(`kept ${number}`);
  }
});
tell('ended');
