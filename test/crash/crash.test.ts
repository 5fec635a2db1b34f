import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../lib/adapters/local/disorder.ts';
import { type CrashBench, createCrashBench, expectOldOrNew, expectRecovery, forEachOf } from './crash-trial.ts';

/** `CRASH_TRIALS=500` kills that often at random moments, and at every call that changes something. */
const RANDOM_TRIALS = Number(process.env.CRASH_TRIALS ?? 20);
const IS_THOROUGH = process.env.CRASH_TRIALS !== undefined;
const AT_ONCE = 3;
const MINUTES = 60_000;

let bench: CrashBench;
beforeAll(async () => {
  bench = await createCrashBench();
});
afterAll(() => bench.remove());

describe('a build killed at a boundary', () => {
  const generations = IS_THOROUGH ? ([0, 1] as const) : ([1] as const);
  const kinds = IS_THOROUGH ? (['steps', 'calls'] as const) : (['steps'] as const);

  for (const generation of generations) {
    for (const boundaries of kinds) {
      test(
        `of ${boundaries} loses and repeats nothing: generation ${generation}`,
        async () => {
          const record = await bench.start(await bench.place(generation), { boundaries });
          const reached = (await record.end()).slice(0, -1);
          expect(reached.length).toBeGreaterThan(80);
          await forEachOf([...reached.keys()], AT_ONCE, async (dieAt) => {
            const place = await bench.place(generation);
            const child = await bench.start(place, { boundaries, dieAt });
            await expect(child.end(), reached[dieAt]).rejects.toThrow('SIGKILL');
            await expectOldOrNew(bench, place, generation);
            await expectRecovery(bench, place, generation);
          });
        },
        30 * MINUTES,
      );
    }
  }
});

describe('a build killed at a random moment', () => {
  test(
    'loses and repeats nothing',
    async () => {
      const random = seededRandom(20260131);
      const trials = Array.from({ length: RANDOM_TRIALS }, (_, number) => ({
        generation: (number % 2) as 0 | 1,
        line: Math.floor(random() * 80),
        delayMs: random() * 12,
      }));
      await forEachOf(trials, AT_ONCE, async ({ generation, line, delayMs }) => {
        const place = await bench.place(generation);
        const child = await bench.start(place);
        for (let read = 0; read <= line; read += 1) await child.line();
        const until = performance.now() + delayMs;
        while (performance.now() < until) await new Promise(setImmediate);
        await child.kill();
        await expectOldOrNew(bench, place, generation);
        await expectRecovery(bench, place, generation);
      });
    },
    30 * MINUTES,
  );
});
