import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atOneMoment, seedingPrefix } from '../../../lib/adapters/local/landing-moment.ts';

let root: string;
let landing: string;
let work: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mesh-landing-'));
  landing = join(root, 'landing');
  work = join(root, `${seedingPrefix(landing)}${process.pid}`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('waits while a seed has taken the landing folder away', async () => {
  await mkdir(work);
  const looked = atOneMoment(landing, async () => existsSync(landing));
  await rename(work, landing);
  expect(await looked).toBe(true);
});

test('looks again when the landing folder was replaced meanwhile', async () => {
  await mkdir(landing);
  await mkdir(work);
  let looks = 0;
  await atOneMoment(landing, async () => {
    looks += 1;
    if (looks > 1) return;
    await rename(landing, join(work, 'old'));
    await rename(work, landing);
  });
  expect(looks).toBe(2);
});

test('looks again when a drop was gone before it was read', async () => {
  await mkdir(landing);
  let looks = 0;
  const gone = Object.assign(new Error('gone'), { code: 'ENOENT' });
  const result = await atOneMoment(landing, async () => {
    looks += 1;
    if (looks === 1) throw new Error('cannot be read', { cause: gone });
    return 'the others';
  });
  expect(result).toBe('the others');
});

test('fails when a drop is always gone, as a link to nothing is', async () => {
  await mkdir(landing);
  const gone = Object.assign(new Error('gone'), { code: 'ENOENT' });
  await expect(atOneMoment(landing, () => Promise.reject(gone))).rejects.toBe(gone);
});

test('takes a landing folder that is missing for an empty one, also when a dead seed left its work', async () => {
  expect(await atOneMoment(landing, async () => 'empty')).toBe('empty');
  await mkdir(join(root, `${seedingPrefix(landing)}999999999`));
  expect(await atOneMoment(landing, async () => 'empty')).toBe('empty');
});
