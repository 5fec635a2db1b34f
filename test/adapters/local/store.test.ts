import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Library from 'libsql';
import { describe, expect, test } from 'vitest';
import { STORE_VERSION } from '../../../lib/adapters/local/store-schema.ts';
import { MeshError } from '../../../lib/model/mesh-error.ts';
import { startScript } from '../../child-script.ts';
import { homeForEach } from './store-samples.ts';

const writer = new URL('store-writer.ts', import.meta.url);
const entryOf = 'SELECT entry FROM ledger WHERE id = ?';
const insert = "INSERT INTO ledger (id, at, product, kind, entry) VALUES (?, '2026-01-01', 'a/b', 'run', ?)";

describe('the store', () => {
  const { home, open } = homeForEach();

  test('is opened with its first use, not before', async () => {
    const store = open();
    expect(existsSync(join(home(), 'store.db'))).toBe(false);
    await store.read('SELECT 1');
    expect(existsSync(join(home(), 'store.db'))).toBe(true);
  });

  test('makes its folder', async () => {
    const store = open({ home: join(home(), 'a', 'b') });
    expect(await store.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('keeps what was written for whoever opens it next', async () => {
    const store = open();
    await store.write(({ run }) => run(insert, 'a', 'kept'));
    store.close();
    expect(await open().read(entryOf, 'a')).toEqual([{ entry: 'kept' }]);
  });

  test('writes all of a transaction or nothing', async () => {
    const store = open();
    const failing = store.write(({ run }) => {
      run(insert, 'a', 'lost');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.read(entryOf, 'a')).toEqual([]);
    await store.write(({ run }) => run(insert, 'a', 'kept'));
    expect(await open().read(entryOf, 'a')).toEqual([{ entry: 'kept' }]);
  });

  test('reaches the disk with every commit, and reads while others write', async () => {
    const store = open();
    expect(await store.read('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await store.read('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  test('refuses to be used after it was closed', async () => {
    const store = open();
    await store.read('SELECT 1');
    store.close();
    await expect(store.read('SELECT 1')).rejects.toThrow('closed');
  });

  test('waits for another process that writes, and tells apart a dead one', async () => {
    await open().read('SELECT 1');
    const holder = await startScript(writer, [home(), 'holds']);
    expect(await holder.line()).toBe('holding');
    await expect(open({ patienceMs: 50 }).write(({ run }) => run(insert, 'b', 'x'))).rejects.toMatchObject({
      code: 'store-busy',
      kind: 'retry',
    });
    expect(await open().read(entryOf, 'half')).toEqual([]);
    const waiting = open().write(({ run }) => run(insert, 'a', 'written'));
    await holder.kill();
    await waiting;
    expect(await open().read(entryOf, 'a')).toEqual([{ entry: 'written' }]);
    expect(await open().read(entryOf, 'half')).toEqual([]);
  });

  test('lets several processes open it for the first time and write at once', async () => {
    const scripts = await Promise.all([1, 2, 3].map(() => startScript(writer, [home(), 'counts', '30'])));
    await Promise.all(scripts.map((script) => script.end()));
    expect(await open().read(entryOf, 'counter')).toEqual([{ entry: '90' }]);
  });

  test('has every transaction wholly or not at all, whenever its process was killed', async () => {
    let before = 0;
    for (let trial = 0; trial < 8; trial += 1) {
      const script = await startScript(writer, [home(), 'counts', '100000']);
      const told = trial * 5 + 1;
      for (let lines = 0; lines < told; lines += 1) await script.line();
      await script.kill();
      const [counter] = await open().read<{ entry: string }>(entryOf, 'counter');
      expect(await open().read(entryOf, 'twin')).toEqual([counter]);
      expect(Number(counter!.entry)).toBeGreaterThanOrEqual(before + told);
      before = Number(counter!.entry);
    }
  });

  test('says when the disk is full, and keeps what was there', async () => {
    await open().write(({ run }) => run(insert, 'a', 'kept'));
    const script = await startScript(writer, [home(), 'fills'], { shell: 'ulimit -f 400' });
    const failure = JSON.parse(await script.line()) as { code: string; kind: string; fix: string; rows: number };
    await script.end();
    expect(failure.code).toMatch(/^(disk-full|store-unreachable)$/);
    expect(failure).toMatchObject({ kind: 'retry', fix: expect.stringMatching(/space|disk/) });
    const store = open();
    expect(await store.read(entryOf, 'a')).toEqual([{ entry: 'kept' }]);
    expect(await store.read('SELECT count(*) AS n FROM ledger')).toEqual([{ n: failure.rows }]);
    expect(await store.read('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await store.write(({ run }) => run(insert, 'b', 'x'.repeat(1_000_000)));
  });

  test('says when SQLite finds no more room', async () => {
    const store = open();
    await store.write(({ all }) => all('PRAGMA max_page_count = 1'));
    const failing = store.write(({ run }) => run(insert, 'a', 'x'.repeat(1_000_000)));
    await expect(failing).rejects.toMatchObject({ code: 'disk-full', where: { file: join(home(), 'store.db') } });
    expect(await store.read(entryOf, 'a')).toEqual([]);
  });

  test('refuses a store that a newer release made, and leaves it as it is', async () => {
    await open().read('SELECT 1');
    const database = new Library(join(home(), 'store.db'));
    database.exec(`PRAGMA user_version = ${STORE_VERSION + 1}`);
    await expect(open().read('SELECT 1')).rejects.toMatchObject({
      code: 'newer-store',
      fix: expect.stringContaining('update'),
    });
    expect(database.pragma('user_version')).toEqual([{ user_version: STORE_VERSION + 1 }]);
    database.close();
  });

  test('refuses a database of something else', async () => {
    const database = new Library(join(home(), 'store.db'));
    database.exec('CREATE TABLE theirs (x)');
    database.close();
    await expect(open().read('SELECT 1')).rejects.toMatchObject({ code: 'foreign-store' });
  });

  test('refuses a damaged file, says so, and leaves it as it is', async () => {
    const file = join(home(), 'store.db');
    await writeFile(file, 'not a database at all\n'.repeat(500));
    const failing = open().read('SELECT 1');
    await expect(failing).rejects.toBeInstanceOf(MeshError);
    await expect(failing).rejects.toMatchObject({
      code: 'store-damaged',
      where: { file },
      fix: expect.stringContaining('backup'),
    });
    expect(await readFile(file, 'utf8')).toContain('not a database');
  });

  test('refuses a store damaged in its middle', async () => {
    const store = open();
    await store.write(({ run }) => {
      for (let row = 0; row < 500; row += 1) run(insert, `${row}`, 'x'.repeat(1_000));
    });
    await store.read('PRAGMA wal_checkpoint(TRUNCATE)');
    store.close();
    const file = join(home(), 'store.db');
    const bytes = await readFile(file);
    bytes.fill(0xab, 40_000, bytes.length - 10_000);
    await writeFile(file, bytes);
    await expect(open().read('SELECT sum(length(entry)) FROM ledger')).rejects.toMatchObject({ code: 'store-damaged' });
  });

  test('says when its folder or its file cannot be made', async () => {
    const file = join(home(), 'file');
    await writeFile(file, '');
    await expect(open({ home: join(file, 'home') }).read('SELECT 1')).rejects.toMatchObject({
      code: 'home-unwritable',
    });
    await mkdir(join(home(), 'store.db'));
    await expect(open().read('SELECT 1')).rejects.toMatchObject({
      code: 'store-unwritable',
      fix: expect.stringContaining('--home'),
    });
  });
});
