import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sampleSource } from './samples.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';

/** What every keeper of operational drops does. */
export function sourcesSuite(target: ConformanceTarget): void {
  describe('sources', () => {
    const place = placeForEach(target);
    const list = (options?: Parameters<typeof sampleSource>[0]) => place().ports.sources.list(sampleSource(options));
    const paths = async (options?: Parameters<typeof sampleSource>[0]) => (await list(options)).map(({ path }) => path);

    test('has nothing where nothing has landed', async () => {
      expect(await list()).toEqual([]);
      await place().land('logistics/other/a.csv', 'id\n1\n');
      expect(await list()).toEqual([]);
    });

    test('lists files by path, with their size and a hash of their content', async () => {
      await place().land('logistics/scans/2026/b.csv', 'id\n1\n');
      await place().land('logistics/scans/c.csv', 'id\n22\n');
      await place().land('logistics/scans/2026/a.csv', 'id\n1\n');
      const files = await list();
      expect(files.map(({ path, bytes }) => ({ path, bytes }))).toEqual([
        { path: 'logistics/scans/2026/a.csv', bytes: 5 },
        { path: 'logistics/scans/2026/b.csv', bytes: 5 },
        { path: 'logistics/scans/c.csv', bytes: 6 },
      ]);
      expect(files[0]!.hash).toMatch(/^[0-9a-f]{32,}$/);
      expect(files[0]!.hash).toBe(files[1]!.hash);
      expect(files[0]!.hash).not.toBe(files[2]!.hash);
    });

    test('says the same again, and in another process', async () => {
      await place().land('logistics/scans/a.csv', 'id\n1\n');
      const files = await list();
      expect(await list()).toEqual(files);
      expect(await place().anotherProcess().sources.list(sampleSource())).toEqual(files);
    });

    test('sees new files, and content that changed without changing its size', async () => {
      await place().land('logistics/scans/a.csv', 'id\n1\n');
      const [before] = await list();
      await place().land('logistics/scans/a.csv', 'id\n2\n');
      await place().land('logistics/scans/b.csv', '');
      const [after, added] = await list();
      expect(after!.hash).not.toBe(before!.hash);
      expect(added).toMatchObject({ path: 'logistics/scans/b.csv', bytes: 0 });
    });

    test('does not see files that are half-written', async () => {
      for (const name of ['.a.csv', '_a.csv', 'a.csv.tmp', 'a.tmp', '_part/a.csv', '.git/a.csv']) {
        await place().land(`logistics/scans/${name}`, 'id\n1\n');
      }
      await place().land('logistics/scans/a_.csv', 'id\n1\n');
      expect(await paths()).toEqual(['logistics/scans/a_.csv']);
    });

    test('takes a path of one file for that file', async () => {
      await place().land('logistics/scans.csv', 'id\n1\n');
      await place().land('logistics/scans.csv.csv', 'id\n1\n');
      expect(await paths({ path: 'logistics/scans.csv' })).toEqual(['logistics/scans.csv']);
    });

    test('does not take a folder for another whose name it begins', async () => {
      await place().land('logistics/scans-old/a.csv', 'id\n1\n');
      expect(await paths()).toEqual([]);
    });

    test('refuses a path that leads out of the landing folder', async () => {
      await expect(list({ path: '..' })).rejects.toMatchObject({ kind: 'denied' });
    });

    const names = [
      'a.csv',
      'b.CSV',
      'c.csv.gz',
      'd.ndjson',
      'e.jsonl',
      'f.jsonl.gz',
      'g.parquet',
      'h.json',
      'i.txt',
      'csv',
    ];
    const listed = (format: 'csv' | 'ndjson' | 'parquet', expected: readonly string[]) => async () => {
      for (const name of names)
        await place().land(`logistics/scans/${name}`, name.endsWith('.gz') ? gzipSync('x') : 'x');
      expect(await paths({ format })).toEqual(expected.map((name) => `logistics/scans/${name}`));
    };
    testOperation(target, 'source-csv', 'lists CSV files only', listed('csv', ['a.csv', 'b.CSV', 'c.csv.gz']));
    testOperation(
      target,
      'source-ndjson',
      'lists NDJSON files only',
      listed('ndjson', ['d.ndjson', 'e.jsonl', 'f.jsonl.gz']),
    );
    testOperation(target, 'source-parquet', 'lists Parquet files only', listed('parquet', ['g.parquet']));
  });
}
