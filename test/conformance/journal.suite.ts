import { describe, expect, test } from 'vitest';
import { MeshError, UnsupportedError } from '../../lib/model/mesh-error.ts';
import type { ProductId } from '../../lib/model/names.ts';
import { AnotherWaits, type Journal, UnfinishedRun } from '../../lib/ports/journal.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';

const id = 'logistics/scans';

/** What every journal does. */
export function journalSuite(target: ConformanceTarget): void {
  describe('journal', () => {
    const place = placeForEach(target);
    const open = <Result>(run: (journal: Journal) => Promise<Result>, product: ProductId = id) =>
      place().ports.journals.open(product, run);

    test('does each step and gives its result', async () => {
      const result = await open(async (journal) => {
        const first = await journal.step('first', async () => ({ rows: 3, findings: [{ rule: 'key' }], note: null }));
        const second = await journal.step('second', async () => first.rows + 1);
        const third = await journal.step('third', async () => undefined);
        return { first, second, third };
      });
      expect(result).toEqual({
        first: { rows: 3, findings: [{ rule: 'key' }], note: null },
        second: 4,
        third: undefined,
      });
    });

    test('gives each run an id of its own, that sorts by time', async () => {
      const ids: string[] = [];
      for (let run = 0; run < 3; run += 1) {
        ids.push(await open(async ({ runId }) => runId));
        place().advance(1);
      }
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(ids[0]).toMatch(/^[\w.-]+$/);
    });

    test('ends the run when it fails: the next begins anew', async () => {
      const failing = open(async (journal) => {
        await journal.step('first', async () => 1);
        await journal.step('second', async () => {
          throw new Error('the step failed');
        });
      });
      await expect(failing).rejects.toThrow('the step failed');
      expect(await open((journal) => journal.step('first', async () => 2))).toBe(2);
    });

    test('throws what a step threw as it was, with all that it says', async () => {
      const error = new MeshError({
        code: 'changed-drop',
        kind: 'conflict',
        message: 'the drop changed',
        fix: 'land it again',
        where: { product: id, file: 'scans/1.csv', line: 3 },
        cause: new TypeError('the engine says so'),
      });
      const failing = async (thrown: Error) => {
        const caught = open((journal) => journal.step('first', () => Promise.reject(thrown)));
        return caught.then(
          () => undefined,
          (reason: unknown) => reason as MeshError,
        );
      };
      const { code, kind, message, fix, where, problems } = error;
      const first = await failing(error);
      expect(first).toBeInstanceOf(MeshError);
      expect(first).toMatchObject({ code, kind, message, fix, where, problems, name: 'MeshError' });
      expect(first?.cause).toMatchObject({ name: 'TypeError', message: 'the engine says so' });
      const second = await failing(new UnsupportedError('query', 'other', 'use another'));
      expect(second).toBeInstanceOf(UnsupportedError);
      expect(second?.message).toContain('`query`');
    });

    test('gives a step’s error to whoever catches it, and goes on', async () => {
      const result = await open(async (journal) => {
        const caught = await journal
          .step('first', () => Promise.reject(new RangeError('too much')))
          .catch((error: unknown) => error as Error);
        return journal.step('second', async () => `${(caught as Error).name}: ${(caught as Error).message}`);
      });
      expect(result).toBe('RangeError: too much');
    });

    test('gives large results as they were', async () => {
      const rows = Array.from({ length: 20_000 }, (_, number) => ({ id: `ü-${number}`, value: number / 3 }));
      const seen = await open(async (journal) => {
        const first = await journal.step('first', async () => rows);
        await journal.sleep('a while', 60);
        return { first, second: await journal.step('second', async () => first.length) };
      });
      expect(seen).toEqual({ first: rows, second: rows.length });
    });

    test('says that it is no resumed run', async () => {
      expect(await open(async ({ isResumed }) => isResumed)).toBe(false);
    });

    test('refuses a second step of the same name, which could only get the first one’s result', async () => {
      const repeating = open(async (journal) => {
        await journal.step('first', async () => 1);
        await journal.step('first', async () => 2);
      });
      await expect(repeating).rejects.toMatchObject({ code: 'repeated-step' });
    });

    test('lets callers for one product take turns, or says that another waits already', async () => {
      const openers = [place().ports, place().anotherProcess(), place().anotherProcess(), place().ports];
      let inside = 0;
      let most = 0;
      const runs = openers.map(({ journals }) =>
        journals.open(id, async (journal) => {
          inside += 1;
          most = Math.max(most, inside);
          await journal.step('first', async () => 1);
          await journal.step('second', async () => 2);
          inside -= 1;
          return journal.runId;
        }),
      );
      const ended = await Promise.allSettled(runs);
      expect(most).toBe(1);
      const ids = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
      expect(new Set(ids).size).toBe(ids.length);
      // Who runs and who waits have their turn.
      expect(ids.length).toBeGreaterThanOrEqual(2);
      for (const end of ended) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(AnotherWaits);
    });

    test('lets callers for different products run at once', async () => {
      const inner = open(async () => open(async () => 'inner', 'logistics/parcels'));
      expect(await inner).toBe('inner');
    });

    test('waits as long as it was told', async () => {
      const clock = place().ports.clock;
      const began = clock.now().getTime();
      await open((journal) => journal.sleep('a day', 86_400));
      expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(86_400_000);
    });

    testOperation(target, 'resume-run', 'goes on with an unfinished run, and does no step twice', async () => {
      const runId = await place().leaveUnfinished(id, [
        { name: 'first', result: { rows: 1 } },
        { name: 'second', result: null },
      ]);
      const done: string[] = [];
      const step = (journal: Journal, name: string) =>
        journal.step<unknown>(name, async () => {
          done.push(name);
          return name;
        });
      const resumed = await open(async (journal) => ({
        runId: journal.runId,
        results: [await step(journal, 'first'), await step(journal, 'second'), await step(journal, 'third')],
      }));
      expect(resumed).toEqual({ runId, results: [{ rows: 1 }, null, 'third'] });
      expect(done).toEqual(['third']);
      expect(await open(async (journal) => journal.runId)).not.toBe(runId);
    });

    testOperation(target, 'resume-run', 'keeps a run that cannot end now for the next one who opens it', async () => {
      let runId = '';
      const stopped = open(async (journal) => {
        runId = journal.runId;
        await journal.step('first', async () => 1);
        throw new UnfinishedRun(new Error('not now'));
      });
      await expect(stopped).rejects.toBeInstanceOf(UnfinishedRun);
      const { journals } = place().anotherProcess();
      const resumed = journals.open(id, async (journal) => [journal.runId, await journal.step('first', async () => 2)]);
      expect(await resumed).toEqual([runId, 1]);
      expect(await open(async (journal) => journal.runId)).not.toBe(runId);
    });

    testOperation(target, 'resume-run', 'ends an unfinished run that fails when it goes on', async () => {
      const runId = await place().leaveUnfinished(id, [{ name: 'first', result: 1 }]);
      await expect(open(() => Promise.reject(new Error('no more')))).rejects.toThrow('no more');
      expect(await open(async (journal) => journal.runId)).not.toBe(runId);
    });
  });
}
