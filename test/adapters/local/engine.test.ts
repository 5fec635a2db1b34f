import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngine } from '../../../lib/adapters/local/engine.ts';

let temporaryFolder: string;
beforeEach(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), 'mesh-engine-'));
});
afterEach(() => rm(temporaryFolder, { recursive: true, force: true }));

/** Sorts more than fits into memory, so that the engine writes it to disk and reads it back. */
async function sortMuch(seed: number): Promise<string> {
  const engine = createEngine({ temporaryFolder, maxMemoryMb: 60, threads: 1 });
  const connection = await engine.connect();
  try {
    await connection.run(`CREATE TEMP TABLE t AS SELECT hash(i + ${seed}) AS h, i FROM range(2000000) AS r(i)`);
    const reader = await connection.runAndReadAll(
      'SELECT count(*), sum(i) FROM (SELECT * FROM t ORDER BY h OFFSET 1000000)',
    );
    return reader.getRows()[0]!.join(' ');
  } finally {
    connection.closeSync();
    engine.close();
  }
}

test('engines that spill into one folder at once do not read each other’s data', async () => {
  const alone = [await sortMuch(1), await sortMuch(2)];
  expect(await Promise.all([sortMuch(1), sortMuch(2)])).toEqual(alone);
});

test('an engine removes what processes that are gone left, and nothing of others', async () => {
  const names = ['spill-999999999-dead', `spill-${process.pid}-alive`, 'somebody-else'];
  for (const name of names) await mkdir(join(temporaryFolder, name), { recursive: true });
  const engine = createEngine({ temporaryFolder });
  (await engine.connect()).closeSync();
  engine.close();
  expect((await readdir(temporaryFolder)).sort()).toEqual(['somebody-else', `spill-${process.pid}-alive`]);
});
