import { execFileSync } from 'node:child_process';
import { link, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSources } from '../../../lib/adapters/local/sources.local.ts';
import { sampleSource } from '../../conformance/samples.ts';
import { homeForEach } from './store-samples.ts';

describe('local sources', () => {
  const { home, open } = homeForEach();
  const landing = () => join(home(), 'landing');
  const at = (path: string) => join(landing(), path);
  const land = async (path: string, content = 'id\n1\n') => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  };
  const create = () => createSources({ landing: landing(), store: open() });
  const paths = async (input = sampleSource()) => (await create().list(input)).map(({ path }) => path);

  test('hash a file again only when it changed', async () => {
    await land('logistics/scans/a.csv');
    // Long settled, as far as the file system tells.
    const store = open();
    const sources = createSources({ landing: landing(), store });
    await settled(at('logistics/scans/a.csv'));
    const [first] = await sources.list(sampleSource());
    const forged = '0'.repeat(32);
    await store.write(({ run }) => run('UPDATE file_hashes SET hash = ?', forged));
    expect((await sources.list(sampleSource()))[0]!.hash).toBe(forged);
    await utimes(at('logistics/scans/a.csv'), new Date(1), new Date(1));
    expect((await sources.list(sampleSource()))[0]!.hash).toBe(first!.hash);
  });

  test('are not fooled by other content of the same size and time', async () => {
    const file = at('logistics/scans/a.csv');
    const time = new Date('2026-01-01');
    await land('logistics/scans/a.csv', 'id\n1\n');
    await utimes(file, time, time);
    await settled(file);
    const [first] = await create().list(sampleSource());
    await writeFile(`${file}.new`, 'id\n2\n');
    await utimes(`${file}.new`, time, time);
    await rename(`${file}.new`, file);
    const [replaced] = await create().list(sampleSource());
    expect(replaced!.hash).not.toBe(first!.hash);
    await settled(file);
    await create().list(sampleSource());
    await writeFile(file, 'id\n3\n');
    await utimes(file, time, time);
    expect((await create().list(sampleSource()))[0]!.hash).not.toBe(replaced!.hash);
  });

  test('see every change, however quickly it follows', async () => {
    const sources = create();
    const hashes = new Set<string>();
    for (let change = 10; change < 40; change += 1) {
      await land('logistics/scans/a.csv', `id\n${change}\n`);
      hashes.add((await sources.list(sampleSource()))[0]!.hash);
    }
    expect(hashes.size).toBe(30);
  });

  test('read hundreds of files', async () => {
    const names = Array.from(
      { length: 300 },
      (_, index) => `logistics/scans/${String(index % 7)}/${String(index).padStart(3, '0')}.csv`,
    );
    for (const name of names) await land(name, name);
    const files = await create().list(sampleSource());
    expect(files.map(({ path }) => path)).toEqual([...names].sort());
    expect(new Set(files.map(({ hash }) => hash)).size).toBe(names.length);
  });

  test('take names of any alphabet', async () => {
    await land('logistics/scans/größe 2026 ’%27\u{1F4E6}.csv');
    expect(await paths()).toEqual(['logistics/scans/größe 2026 ’%27\u{1F4E6}.csv']);
  });

  test('follow links within the landing folder, and not round in circles', async () => {
    await land('elsewhere/a.csv');
    await mkdir(at('logistics/scans'), { recursive: true });
    await symlink(at('elsewhere'), at('logistics/scans/linked'));
    await symlink(at('logistics'), at('logistics/scans/round'));
    await symlink(at('elsewhere/a.csv'), at('logistics/scans/b.csv'));
    await link(at('elsewhere/a.csv'), at('logistics/scans/c.csv'));
    expect(await paths()).toEqual(['logistics/scans/b.csv', 'logistics/scans/c.csv', 'logistics/scans/linked/a.csv']);
  });

  test.each(['file', 'folder', 'source'])('refuse a link to a %s outside the landing folder', async (what) => {
    const outside = join(home(), 'outside');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'a.csv'), 'secret');
    await mkdir(at(what === 'source' ? 'logistics' : 'logistics/scans'), { recursive: true });
    if (what === 'file') await symlink(join(outside, 'a.csv'), at('logistics/scans/a.csv'));
    else await symlink(outside, at(what === 'source' ? 'logistics/scans' : 'logistics/scans/linked'));
    await expect(paths()).rejects.toMatchObject({ code: 'outside-landing', kind: 'denied' });
  });

  test('refuse a path beside the landing folder whose name it begins', async () => {
    await mkdir(landing(), { recursive: true });
    await mkdir(`${landing()}-other`);
    await expect(paths(sampleSource({ path: '../landing-other' }))).rejects.toMatchObject({ code: 'outside-landing' });
  });

  test('take a landing folder that is a link itself', async () => {
    await mkdir(join(home(), 'real/logistics/scans'), { recursive: true });
    await writeFile(join(home(), 'real/logistics/scans/a.csv'), 'id\n');
    await symlink(join(home(), 'real'), landing());
    expect(await paths()).toEqual(['logistics/scans/a.csv']);
  });

  test('name the file that cannot be read', async () => {
    await land('logistics/scans/a.csv');
    await symlink(at('logistics/scans/gone.csv'), at('logistics/scans/b.csv'));
    await expect(paths()).rejects.toMatchObject({
      code: 'unreadable-drop',
      message: expect.stringContaining('logistics/scans/b.csv'),
    });
    await rm(at('logistics/scans/b.csv'));
    execFileSync('mkfifo', [at('logistics/scans/pipe.csv')]);
    await expect(paths()).rejects.toMatchObject({ where: { file: expect.stringContaining('pipe.csv') } });
  });

  test('refuse one file of another format', async () => {
    await land('logistics/scans.txt');
    await expect(paths(sampleSource({ path: 'logistics/scans.txt' }))).rejects.toMatchObject({ code: 'other-format' });
  });

  test('have nothing while one file is half-written', async () => {
    await land('logistics/_scans.csv');
    expect(await paths(sampleSource({ path: 'logistics/_scans.csv' }))).toEqual([]);
  });
});

/** Comes back when the file system's clock has ticked on since the file changed. */
async function settled(file: string): Promise<void> {
  const { statFile } = await import('../../../lib/adapters/local/file-hash.ts');
  while (!statFile(file).isSettled) await new Promise((resolve) => setImmediate(resolve));
}
