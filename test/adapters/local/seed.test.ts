import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeedOptions, type SeedProgress, seedMesh } from '../../../lib/adapters/local/seed.ts';

const folder = new URL('../../../products/seed', import.meta.url).pathname;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'seed-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('seeding a mesh', () => {
  const seed = (name: string, options: Partial<SeedOptions> = {}) =>
    seedMesh({ folder, landing: join(root, name), scale: 0.01, ...options });

  test('makes the same bytes for the same seed, scale and end, whatever the number of threads', async () => {
    await seed('one', { threads: 1, scale: 0.2, until: '2026-01-01' });
    await seed('four', { threads: 4, scale: 0.2, until: '2026-01-01' });
    expect(await digests('four')).toEqual(await digests('one'));
  }, 60_000);

  test('makes other data for another seed', async () => {
    await seed('seed-42');
    await seed('seed-43', { seed: 43 });
    const [one, other] = [await digests('seed-42'), await digests('seed-43')];
    expect(Object.keys(other)).toEqual(Object.keys(one));
    expect(other['orders/orders/2026-01.csv']).not.toBe(one['orders/orders/2026-01.csv']);
  }, 60_000);

  test('a later end adds drops and leaves those before as they were', async () => {
    await seed('march', { until: '2026-03-20' });
    await seed('june', { until: '2026-06-01' });
    const [march, june] = [await digests('march'), await digests('june')];
    expect(june).toMatchObject({ ...march, '.seed.json': expect.any(String) });
    expect(Object.keys(june).length).toBeGreaterThan(Object.keys(march).length);
  }, 60_000);

  test('scale 0.01 makes some ten thousand order lines, and tells of each file and of all', async () => {
    const told: SeedProgress[] = [];
    const summary = await seed('progress', { onProgress: (progress) => told.push(progress) });
    expect(told).toHaveLength(summary.files);
    expect(told.at(-1)).toMatchObject({ done: summary.files, total: summary.files });
    const lines = told
      .filter(({ file }) => file.startsWith('orders/order_lines/'))
      .reduce((sum, { rows }) => sum + rows, 0);
    expect(lines).toBeGreaterThan(9_500);
    expect(lines).toBeLessThan(10_500);
    expect(told.reduce((sum, { rows }) => sum + rows, 0)).toBe(summary.rows);
    expect(summary.bytes).toBeGreaterThan(1_000_000);
  }, 60_000);

  test('a new seed replaces the one before as a whole, and leaves no working folder', async () => {
    await seed('again', { until: '2026-09-01' });
    const summary = await seed('again', { until: '2025-12-01' });
    const files = Object.keys(await digests('again')).filter((file) => file !== '.seed.json');
    expect(files).toHaveLength(summary.files);
    expect(files.filter((file) => file.includes('2026'))).toEqual([]);
    expect((await readdir(root)).filter((name) => name.includes('.seeding-'))).toEqual([]);
  }, 60_000);

  test('two seeds at once leave one whole result', async () => {
    await build({
      entryPoints: [new URL('../../../lib/adapters/local/seed.ts', import.meta.url).pathname],
      outfile: join(root, 'seed.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      plugins: [
        {
          name: 'engine',
          setup: (of) =>
            of.onResolve({ filter: /^@duckdb/ }, ({ path }) => ({ path: import.meta.resolve(path), external: true })),
        },
      ],
    });
    await Promise.all([run('both', '2026-01-01').ended, run('both', '2026-01-01').ended]);
    await seed('single', { until: '2026-01-01' });
    expect(await digests('both')).toEqual(await digests('single'));
  }, 60_000);

  test('a killed seed leaves nothing half, and the next one cleans up', async () => {
    const { child, ended } = run('killed', '2026-10-01');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    const left = (await readdir(root)).filter((name) => name.startsWith('killed'));
    expect(left).toEqual([expect.stringMatching(/^killed\.seeding-\d+$/)]);
    await seed('killed');
    expect((await readdir(root)).filter((name) => name.startsWith('killed'))).toEqual(['killed']);
  }, 60_000);

  test('refuses a landing folder with drops of others, and leaves them', async () => {
    await mkdir(join(root, 'foreign/orders'), { recursive: true });
    await writeFile(join(root, 'foreign/orders/mine.csv'), 'a\n1\n');
    await expect(seed('foreign')).rejects.toMatchObject({ code: 'seed-foreign-drops', kind: 'conflict' });
    expect(await readFile(join(root, 'foreign/orders/mine.csv'), 'utf8')).toBe('a\n1\n');
  });

  test.each([
    [{ scale: 0 }, 'scale is 0'],
    [{ scale: Number.NaN }, 'scale is NaN'],
    [{ seed: -1 }, 'number is -1'],
    [{ until: '2026-02-30' }, 'end is `2026-02-30`'],
    [{ until: "2026-01-01'" }, "end is `2026-01-01'`"],
  ])('refuses %j', async (options, message) => {
    await expect(seed('refused', options)).rejects.toMatchObject({
      code: 'seed-option',
      kind: 'usage',
      message: expect.stringContaining(message),
    });
  });

  test('fails when a script fails, with its line, and leaves what was there', async () => {
    const broken = join(root, 'broken');
    await mkdir(broken, { recursive: true });
    await writeFile(
      join(broken, '1.sql'),
      "CREATE TABLE a AS SELECT 1 AS b;\n\n-- why\nCOPY (SELECT c\n FROM a) TO '{out}/x/a.csv';\n",
    );
    await seed('kept');
    const before = await digests('kept');
    await expect(seedMesh({ folder: broken, landing: join(root, 'kept') })).rejects.toMatchObject({
      code: 'seed-failed',
      where: { file: '1.sql', line: 4 },
    });
    expect(await digests('kept')).toEqual(before);
  }, 60_000);

  test('refuses an end before the first month is over', async () => {
    await expect(seed('early', { until: '2025-10-31' })).rejects.toMatchObject({ code: 'seed-option', kind: 'usage' });
  });

  test('fails when there are no scripts', async () => {
    await expect(seedMesh({ folder: join(root, 'nowhere'), landing: join(root, 'x') })).rejects.toMatchObject({
      code: 'seed-missing',
    });
  });

  async function digests(name: string): Promise<Record<string, string>> {
    const entries = await readdir(join(root, name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const hashed = files.sort().map(async (file) => {
      const digest = createHash('sha256').update(await readFile(file));
      return [relative(join(root, name), file), digest.digest('hex')] as const;
    });
    return Object.fromEntries(await Promise.all(hashed));
  }

  /** Seeds in a process of its own, that says `file` once something is written. */
  function run(name: string, until: string) {
    const options = JSON.stringify({ folder, landing: join(root, name), scale: 0.01, until });
    const script = `import { seedMesh } from '${join(root, 'seed.mjs')}';
      await seedMesh({ ...${options}, onProgress: () => console.log('file') });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      if (code !== 0) throw new Error(`the seed ends with ${code}`);
    });
    ended.catch(() => undefined);
    return { child, ended };
  }
});
