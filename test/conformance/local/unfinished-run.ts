import { systemClock } from '../../../lib/adapters/local/clock.local.ts';
import { createJournals } from '../../../lib/adapters/local/journal.local.ts';
import type { ProductId } from '../../../lib/model/names.ts';

/** Does the given steps of a run, says so, and waits for its death. */
const [home, product, steps] = process.argv.slice(2);
await createJournals({ home: home!, clock: systemClock }).open(product as ProductId, async (journal) => {
  for (const { name, result } of JSON.parse(steps!) as { name: string; result: unknown }[]) {
    await journal.step(name, async () => result);
  }
  console.log(journal.runId);
  setInterval(() => {}, 60_000);
  await new Promise(() => {});
});
