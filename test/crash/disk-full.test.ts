import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../lib/flow/build.ts';
import type { MeshError } from '../../lib/model/mesh-error.ts';
import { buildHere } from './crash-home.ts';
import { type CrashPlace, openCrashPorts } from './crash-place.ts';
import { type CrashBench, createCrashBench, expectEndAsUsual, expectKept } from './crash-trial.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

let bench: CrashBench;
beforeAll(async () => {
  bench = await createCrashBench();
});
afterAll(() => bench.remove());

const KILOBYTES = [0, 32, 36, 40, 44, 48, 64, 72, 96, 128, 192, 256];

const NOT_MOUNTED = 'nobody may mount a small disk here; the limit on the size of files below stands in for it';

let disk: SmallDisk | undefined;
beforeAll(() => {
  disk = mountSmallDisk(join(bench.root, 'disk'), 8);
});
afterAll(() => disk?.remove());

/** A home before its second build, on the small disk. */
async function placeOnDisk({ folder }: SmallDisk): Promise<CrashPlace> {
  const copied = await bench.place(1);
  const place = { ...copied, home: join(folder, basename(copied.home)) };
  await cp(copied.home, place.home, { recursive: true });
  await rm(copied.home, { recursive: true });
  return place;
}

describe('a full disk', () => {
  test('is told as such wherever it hits, keeps what was published, and is made good by the next build', async ({
    skip,
  }) => {
    if (!disk) return skip(NOT_MOUNTED);
    const outcomes = new Set<string>();
    for (const kilobytes of KILOBYTES) {
      const place = await placeOnDisk(disk);
      disk.fillBut(kilobytes * 1024);
      const results = await buildHere(place, bench.model).catch((error: MeshError) => {
        outcomes.add(`no build: ${error.code} ${error.kind}`);
        return [];
      });
      for (const result of results) {
        if (result.kind !== 'failed') outcomes.add(result.kind);
        else outcomes.add(`${result.error.code} ${result.error.kind}`);
      }
      disk.makeRoom();
      await expectKept(bench, place, 1);
      await expectEndAsUsual(bench, place, 1);
    }
    expect([...outcomes].sort()).toEqual([
      'disk-full retry',
      'no build: disk-full retry',
      'published',
      'quarantined',
      'unchanged',
    ]);
  });

  test('does not keep whoever has the store open from reading', async ({ skip }) => {
    if (!disk) return skip(NOT_MOUNTED);
    const place = await placeOnDisk(disk);
    const ports = openCrashPorts(place);
    const before = await ports.registry.list();
    disk.fillBut(0);
    expect(await ports.registry.list()).toEqual(before);
    const sales = before.find(({ manifest }) => manifest.id === 'shop/sales')!;
    const { snapshot } = sales.current!.outputs.events!;
    const { fields, table } = sales.manifest.outputs.find(({ name }) => name === 'events')!;
    const { database } = sales.manifest;
    const binding = { kind: 'port', name: 'events', database, table, snapshot, fields } as const;
    let rows = 0;
    for await (const _ of ports.warehouse.readRows(binding)) rows += 1;
    expect(rows).toBe(40);
    const results = await build(ports, bench.model, { deliver: (handle) => ports.bus.drain(handle) }).catch(
      (error: MeshError) => [{ kind: 'failed', error }],
    );
    expect(new Set(results.map((result) => 'error' in result && result.error.code))).toEqual(new Set(['disk-full']));
    ports.close();
    disk.makeRoom();
    await expectEndAsUsual(bench, place, 1);
  });
});

describe('a limit on the size of files', () => {
  test('is told as such, keeps what was published, and is made good by the next build', async () => {
    for (const blocks of [0, 4, 40, 70]) {
      const place = await bench.place(1);
      const child = await bench.start(place, {}, { shell: `trap '' XFSZ; ulimit -f ${blocks}` });
      const said = await child.end().then(
        (lines) => lines.at(-1)!,
        (error: Error) => error.message,
      );
      if (blocks < 70) expect(said).toMatch(/the disk is full|cannot be read or written/);
      await expectKept(bench, place, 1);
      await expectEndAsUsual(bench, place, 1);
    }
  });
});
