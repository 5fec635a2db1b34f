import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJournals } from '../../../lib/adapters/local/journal.local.ts';
import type { Journal } from '../../../lib/ports/journal.ts';
import { startScript } from '../../child-script.ts';
import { fixedClock } from '../../fixed-clock.ts';

const runner = new URL('journal-runner.ts', import.meta.url);
let home: string;
let marks: string;
let file: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-journal-'));
  marks = join(home, 'marks');
  file = join(home, 'journal', 'a.b.ndjson');
  await mkdir(join(home, 'journal'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const clock = fixedClock('2026-01-31T08:00:00Z');
const wait = async (milliseconds: number) => clock.advance(milliseconds);
const open = <Result>(run: (journal: Journal) => Promise<Result>) =>
  createJournals({ home, clock, wait }).open('a/b', run);
/** Journals that tell how long they waited. */
const watched = () => {
  const waits: number[] = [];
  const journals = createJournals({
    home,
    clock,
    async wait(milliseconds) {
      waits.push(milliseconds);
      clock.advance(milliseconds);
    },
  });
  return { journals, waits };
};
const linesOf = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n');

describe('local journals', () => {
  test('leave nothing behind but an empty lock when a run is over', async () => {
    await open((journal) => journal.step('first', async () => 1));
    await expect(open(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await readdir(join(home, 'journal'))).toEqual(['a.b.lock']);
    expect(await readFile(join(home, 'journal', 'a.b.lock'))).toHaveLength(0);
  });

  test('keep each step as a line', async () => {
    await open(async (journal) => {
      await journal.step('first', async () => ({ rows: 1 }));
      const lines = (await linesOf(file)).map((line) => JSON.parse(line) as object);
      expect(lines).toEqual([
        { journal: 1, product: 'a/b', runId: journal.runId },
        { key: 'step first', value: { rows: 1 } },
      ]);
    });
  });

  test('tell a step and a sleep of the same name apart', async () => {
    await open(async (journal) => {
      await journal.sleep('x', 1);
      expect(await journal.step('x', async () => 1)).toBe(1);
    });
  });

  test('sleep only what is left after a death', async () => {
    await writeFile(file, `${JSON.stringify({ journal: 1, product: 'a/b', runId: 'r' })}\n`);
    const until = new Date(clock.now().getTime() + 10_000).toISOString();
    await appendFile(file, `${JSON.stringify({ key: 'sleep pause', value: until })}\n`);
    clock.advance(7_000);
    const { journals, waits } = watched();
    await journals.open('a/b', (journal) => journal.sleep('pause', 10));
    expect(waits).toEqual([3_000]);
  });

  test('sleep longer than a timer can run', async () => {
    const { journals, waits } = watched();
    await journals.open('a/b', (journal) => journal.sleep('long', 30 * 86_400));
    expect(waits).toEqual([2 ** 31 - 1, 30 * 86_400_000 - (2 ** 31 - 1)]);
  });

  test('do a step again whose line was torn', async () => {
    const head = `${JSON.stringify({ journal: 1, product: 'a/b', runId: 'r' })}\n`;
    const kept = `${JSON.stringify({ key: 'step first', value: 1 })}\n`;
    const torn = JSON.stringify({ key: 'step second', value: 2 });
    for (const length of [0, 1, 10, torn.length]) {
      await writeFile(file, head + kept + torn.slice(0, length));
      const result = await open(async (journal) => {
        expect(journal.runId).toBe('r');
        const values = [
          await journal.step('first', async () => 'again'),
          await journal.step('second', async () => 'again'),
        ];
        const lines = (await linesOf(file)).map((line) => JSON.parse(line) as object);
        expect(lines.slice(1)).toEqual([
          { key: 'step first', value: 1 },
          { key: 'step second', value: 'again' },
        ]);
        return values;
      });
      expect(result).toEqual([1, 'again']);
    }
  });

  test('begin anew when even the first line was torn', async () => {
    for (const content of ['', '{"journal":1,"prod']) {
      await writeFile(file, content);
      expect(await open(async (journal) => journal.step('first', async () => journal.runId))).toMatch(
        /^2026\d{4}T\d{9}-[0-9a-f]{12}$/,
      );
    }
  });

  test('refuse a journal that is damaged or not theirs, and leave it to be looked at', async () => {
    const contents = [
      'no json\n',
      '{"journal":1,"product":"x/y","runId":"r"}\n',
      '{"journal":2,"product":"a/b","runId":"r"}\n',
      '{"journal":1,"product":"a/b","runId":"r"}\nno json\n{}\n',
    ];
    for (const content of contents) {
      await writeFile(file, content);
      await expect(open(async () => 1)).rejects.toMatchObject({
        code: 'journal-damaged',
        where: { product: 'a/b', file },
      });
      expect(await readFile(file, 'utf8')).toBe(content);
    }
  });

  test('refuse a journal that cannot be written', async () => {
    await mkdir(file);
    await expect(open(async () => 1)).rejects.toMatchObject({ code: 'journal-unwritable' });
    await rm(join(home, 'journal'), { recursive: true });
    await writeFile(join(home, 'journal'), '');
    await expect(open(async () => 1)).rejects.toMatchObject({
      code: 'home-unwritable',
      fix: expect.stringContaining('writable'),
    });
  });

  test('say that the disk is full when a step cannot be kept', async () => {
    const script = await startScript(new URL('journal-filler.ts', import.meta.url), [home], { shell: 'ulimit -f 8' });
    expect(JSON.parse(await script.line())).toMatchObject({ code: 'disk-full', kind: 'retry' });
    await script.end();
    expect(existsSync(file)).toBe(false);
  });

  test('go on after the process was killed before, in or after any step', async () => {
    const boundaries = [
      'run',
      ...[0, 4, 9].flatMap((number) => ['doing', 'did', 'kept'].map((when) => `${when} ${number}`)),
    ];
    for (const boundary of boundaries) {
      await rm(marks, { force: true });
      const script = await startScript(runner, [home, marks, boundary]);
      const [, runId] = (await script.line()).split(' ');
      if (boundary !== 'run') while ((await script.line()) !== boundary);
      await script.kill();
      const [told, ...lines] = await (await startScript(runner, [home, marks])).end();
      expect(told).toBe(`run ${runId}`);
      expect(lines.at(-1)).toBe('ended');
      const done = await linesOf(marks);
      // Each step was done; only the one that was not kept was done twice.
      const expected = Array.from({ length: 10 }, (_, number) => `${runId} ${number}`);
      const twice = /^did (\d)/.exec(boundary)?.[1];
      if (twice) expected.splice(Number(twice), 0, `${runId} ${twice}`);
      expect(done).toEqual(expected);
      expect(existsSync(file)).toBe(false);
    }
  });

  test('let a living process keep its turn, and a dead one lose it at once', async () => {
    const holder = await startScript(runner, [home, marks, 'kept 3']);
    while ((await holder.line()) !== 'kept 3');
    const waiter = await startScript(runner, [home, marks]);
    expect(await waiter.line()).toBe('waiting');
    let isIn = false;
    const here = open(async ({ runId }) => {
      isIn = true;
      return runId;
    });
    expect(existsSync(file)).toBe(true);
    expect(isIn).toBe(false);
    await holder.kill();
    const [lines] = await Promise.all([waiter.end(), here]);
    expect(lines.at(-1)).toBe('ended');
    const steps = (await linesOf(marks)).map((line) => line.split(' ')[1]);
    expect(steps.filter((step) => step === '0').length).toBeLessThanOrEqual(2);
  });

  test('work through a crowd of processes one at a time', async () => {
    const crowd = await Promise.all(Array.from({ length: 4 }, () => startScript(runner, [home, marks])));
    await Promise.all(crowd.map((script) => script.end()));
    const runs = (await linesOf(marks)).map((line) => line.split(' ')[0]!);
    expect(runs).toEqual([...new Set(runs)].flatMap((runId) => Array.from({ length: 10 }, () => runId)));
    expect(new Set(runs).size).toBe(4);
  });
});
