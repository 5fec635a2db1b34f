import { systemClock } from '../../../lib/adapters/local/clock.local.ts';
import { createJournals } from '../../../lib/adapters/local/journal.local.ts';

/** Keeps larger and larger results until there is no more room for them. */
const [home] = process.argv.slice(2);
try {
  await createJournals({ home: home!, clock: systemClock }).open('a/b', async (journal) => {
    for (let number = 0; ; number += 1) await journal.step(`step ${number}`, async () => 'x'.repeat(1_000));
  });
} catch (error) {
  console.log(JSON.stringify(error));
}
