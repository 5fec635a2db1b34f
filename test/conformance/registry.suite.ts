import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MeshError } from '../../lib/model/mesh-error.ts';
import type { Finding } from '../../lib/ports/finding.ts';
import type { Quarantined, Registry } from '../../lib/ports/registry.ts';
import { sampleProduct, samplePublication, timeOf } from './samples.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';

const id = 'logistics/scans';
const at = '2026-01-31T12:00:00.000Z';
const finding: Finding = {
  severity: 'error',
  rule: 'key',
  product: id,
  port: 'scans',
  count: 2,
  share: 0.5,
  examples: ['id=1'],
  message: 'twice',
};
const quarantined: Quarantined = { publicationId: 'bad', runId: 'run', at, findings: [finding], snapshot: ['kept'] };

/** What every registry does. */
export function registrySuite(target: ConformanceTarget): void {
  describe('registry', () => {
    const place = placeForEach(target);
    const registered = async (): Promise<Registry> => {
      const { registry } = place().ports;
      await registry.register(sampleProduct(), at);
      return registry;
    };

    test('knows a product as it was registered, before its first publication', async () => {
      const registry = await registered();
      const found = await registry.find(id);
      expect(found).toEqual({ manifest: sampleProduct(), registeredAt: at, sequence: 0 });
    });

    test('knows nothing of a product that was not registered', async () => {
      expect(await place().ports.registry.find(id)).toBeUndefined();
      expect(await place().ports.registry.list()).toEqual([]);
      expect(await place().ports.registry.publications(id)).toEqual([]);
    });

    test('lists all products, and another process sees the same', async () => {
      const registry = await registered();
      await registry.register(sampleProduct({ name: 'parcels' }), at);
      for (const each of [registry, place().anotherProcess().registry]) {
        expect((await each.list()).map(({ manifest }) => manifest.id).sort()).toEqual(['logistics/parcels', id]);
      }
    });

    test('replaces a manifest and keeps the publications', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(1), 0);
      await registry.register(sampleProduct({ mode: 'upsert' }), timeOf(2));
      const found = await registry.find(id);
      expect(found?.manifest.outputs[0]?.mode).toBe('upsert');
      expect(found?.registeredAt).toBe(timeOf(2));
      expect(found?.current).toEqual(samplePublication(1));
    });

    test('publishes all of a publication at once, and counts the moves', async () => {
      const registry = await registered();
      expect(await registry.publish(samplePublication(1), 0)).toBe(true);
      expect(await registry.publish(samplePublication(2), 1)).toBe(true);
      const found = await place().anotherProcess().registry.find(id);
      expect(found).toMatchObject({ sequence: 2, current: samplePublication(2) });
      expect(await registry.publications(id)).toEqual([samplePublication(2), samplePublication(1)]);
    });

    test('does not publish when the pointer is not where the caller saw it, and changes nothing', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(1), 0);
      await registry.quarantine(id, quarantined);
      const before = await registry.find(id);
      for (const sequence of [0, 2]) expect(await registry.publish(samplePublication(2), sequence)).toBe(false);
      expect(await registry.find(id)).toEqual(before);
      expect(await registry.publications(id)).toHaveLength(1);
    });

    test('lets exactly one of several publish from the same place', async () => {
      const registry = await registered();
      const others = [place().anotherProcess().registry, place().anotherProcess().registry];
      for (let round = 0; round < 10; round += 1) {
        const publications = [registry, ...others].map((_, index) =>
          samplePublication(round * 3 + index, { fingerprint: `${index}` }),
        );
        const moved = await Promise.all(
          [registry, ...others].map((each, index) => each.publish(publications[index]!, round)),
        );
        expect(moved.filter(Boolean)).toHaveLength(1);
        const found = await registry.find(id);
        expect(found).toMatchObject({ sequence: round + 1, current: publications[moved.indexOf(true)] });
      }
    });

    test('refuses to publish or quarantine for a product that nobody registered', async () => {
      const { registry } = place().ports;
      for (const attempt of [registry.publish(samplePublication(1), 0), registry.quarantine(id, quarantined)]) {
        await expect(attempt).rejects.toMatchObject({ kind: 'not-found', where: { product: id } });
      }
    });

    test('refuses a publication that is not recorded later than the one before', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(5), 0);
      for (const number of [4, 5]) {
        const attempt = registry.publish(samplePublication(number, { publicationId: 'other' }), 1);
        await expect(attempt).rejects.toBeInstanceOf(MeshError);
      }
      expect(await registry.find(id)).toMatchObject({ sequence: 1, current: samplePublication(5) });
    });

    testOperation(target, 'quarantine', 'keeps the last result that failed, beside what consumers see', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(1), 0);
      await registry.quarantine(id, { ...quarantined, publicationId: 'earlier' });
      await registry.quarantine(id, quarantined);
      expect(await registry.find(id)).toMatchObject({ sequence: 1, current: samplePublication(1), quarantined });
    });

    testOperation(target, 'quarantine', 'ends the quarantine when told so, and what consumers see stays', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(1), 0);
      await registry.quarantine(id, quarantined);
      await registry.endQuarantine(id);
      const found = await registry.find(id);
      expect(found).toMatchObject({ sequence: 1, current: samplePublication(1) });
      expect(found?.quarantined).toBeUndefined();
    });

    testOperation(target, 'quarantine', 'ends the quarantine with the next publication', async () => {
      const registry = await registered();
      await registry.quarantine(id, quarantined);
      await registry.publish(samplePublication(1), 0);
      expect((await registry.find(id))?.quarantined).toBeUndefined();
    });

    testOperation(target, 'read-as-of', 'tells what consumers saw at a time, however it is written', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(1, { recordedAt: '2026-02-01T00:00:00.000001Z' }), 0);
      await registry.publish(samplePublication(2, { recordedAt: '2026-02-01T00:00:00.500000Z' }), 1);
      const seen = async (time: string) => (await registry.publicationAsOf(id, time))?.publicationId;
      expect(await seen('2026-02-01')).toBeUndefined();
      expect(await seen('2026-02-01T00:00:00Z')).toBeUndefined();
      expect(await seen('2026-02-01T00:00:00.000001Z')).toBe('publication-1');
      expect(await seen('2026-02-01T00:00:00.499999Z')).toBe('publication-1');
      expect(await seen('2026-02-01T00:00:00.5Z')).toBe('publication-2');
      expect(await seen('2026-02-01T01:00:00+01:00')).toBeUndefined();
      expect(await seen('2026-02-01T01:00:01+01:00')).toBe('publication-2');
      expect(await seen('2026-03-01')).toBe('publication-2');
    });

    testOperation(target, 'read-as-of', 'refuses what is no time', async () => {
      const registry = await registered();
      for (const time of ['yesterday', '2026-02-30', '']) {
        await expect(registry.publicationAsOf(id, time)).rejects.toMatchObject({ kind: 'usage' });
      }
    });

    testOperation(target, 'read-as-of', 'agrees with the history, whatever it was', async () => {
      const registry = await registered();
      const products = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 });
      let name = 0;
      await fc.assert(
        fc.asyncProperty(products, fc.array(fc.nat(6_000), { maxLength: 6 }), async (gaps, questions) => {
          name += 1;
          const model = sampleProduct({ name: `scans-${name}` });
          await registry.register(model, at);
          let now = 0;
          const history: { time: number; publicationId: string }[] = [];
          for (const [sequence, gap] of gaps.entries()) {
            now += gap + 1;
            const publication = samplePublication(now, { product: model.id });
            history.push({ time: now, publicationId: publication.publicationId });
            await registry.publish(publication, sequence);
          }
          for (const question of questions) {
            const expected = history.findLast(({ time }) => time <= question)?.publicationId;
            expect((await registry.publicationAsOf(model.id, timeOf(question)))?.publicationId).toBe(expected);
          }
        }),
        { numRuns: 25 },
      );
    });

    testOperation(target, 'read-as-of', 'remembers a revert: the same publication again, later', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(1), 0);
      await registry.publish(samplePublication(2), 1);
      const again = samplePublication(1, { recordedAt: timeOf(3) });
      expect(await registry.publish(again, 2)).toBe(true);
      expect(await registry.find(id)).toMatchObject({ sequence: 3, current: again });
      const seen = async (number: number) => (await registry.publicationAsOf(id, timeOf(number)))?.publicationId;
      expect([await seen(1), await seen(2), await seen(3)]).toEqual([
        'publication-1',
        'publication-2',
        'publication-1',
      ]);
    });

    test('remembers which files publications of a fingerprint have read', async () => {
      const registry = await registered();
      const read = (files: { path: string; bytes: number; hash: string }[]) => ({
        drops: { kind: 'source', digest: 'd', files } as const,
      });
      const first = { path: 'scans/1.csv', bytes: 1, hash: 'a' };
      const second = { path: 'scans/2.csv', bytes: 1, hash: 'b' };
      expect(await registry.consumedFiles(id, 'fingerprint', 'drops')).toEqual(new Map());
      await registry.publish(samplePublication(1, { inputs: read([first]) }), 0);
      await registry.publish(samplePublication(2, { inputs: read([second]) }), 0);
      expect(await registry.consumedFiles(id, 'fingerprint', 'drops')).toEqual(new Map([[first.path, 'a']]));
      await registry.publish(samplePublication(3, { inputs: read([second]) }), 1);
      const both = new Map([
        [first.path, 'a'],
        [second.path, 'b'],
      ]);
      expect(await registry.consumedFiles(id, 'fingerprint', 'drops')).toEqual(both);
      expect(await registry.consumedFiles(id, 'another', 'drops')).toEqual(new Map());
      expect(await registry.consumedFiles(id, 'fingerprint', 'another')).toEqual(new Map());
      await registry.expire(id, ['publication-1']);
      expect(await registry.consumedFiles(id, 'fingerprint', 'drops')).toEqual(both);
    });

    testOperation(target, 'retention', 'forgets expired publications, but never the current one', async () => {
      const registry = await registered();
      for (const number of [1, 2, 3]) await registry.publish(samplePublication(number), number - 1);
      await registry.expire(id, ['publication-1', 'publication-3', 'unknown']);
      await registry.expire(id, []);
      expect((await registry.publications(id)).map(({ publicationId }) => publicationId)).toEqual([
        'publication-3',
        'publication-2',
      ]);
      expect(await registry.publicationAsOf(id, timeOf(1))).toBeUndefined();
      expect(await registry.find(id)).toMatchObject({ sequence: 3, current: samplePublication(3) });
      expect(await registry.publish(samplePublication(4), 3)).toBe(true);
    });

    test('forgets a product with all that was published of it, and no other product', async () => {
      const registry = await registered();
      const other = sampleProduct({ name: 'parcels' });
      await registry.register(other, at);
      const files = [{ path: 'scans/1.csv', bytes: 1, hash: 'a' }];
      const inputs = { drops: { kind: 'source', digest: 'd', files } } as const;
      for (const product of [id, other.id] as const) {
        await registry.publish(samplePublication(1, { product, inputs }), 0);
        await registry.quarantine(product, quarantined);
      }
      await registry.remove(id);
      await registry.remove('logistics/unknown');
      const seen = place().anotherProcess().registry;
      expect(await seen.find(id)).toBeUndefined();
      expect(await seen.publications(id)).toEqual([]);
      expect(await seen.publicationAsOf(id, timeOf(9))).toBeUndefined();
      expect(await seen.consumedFiles(id, 'fingerprint', 'drops')).toEqual(new Map());
      expect((await seen.list()).map(({ manifest }) => manifest.id)).toEqual([other.id]);
      expect(await seen.find(other.id)).toMatchObject({ sequence: 1, quarantined });
      expect(await seen.consumedFiles(other.id, 'fingerprint', 'drops')).toEqual(new Map([['scans/1.csv', 'a']]));
    });

    test('begins anew with a product that it had forgotten', async () => {
      const registry = await registered();
      await registry.publish(samplePublication(5), 0);
      await registry.remove(id);
      await expect(registry.publish(samplePublication(6), 1)).rejects.toMatchObject({ kind: 'not-found' });
      await registry.register(sampleProduct(), timeOf(7));
      expect(await registry.find(id)).toEqual({ manifest: sampleProduct(), registeredAt: timeOf(7), sequence: 0 });
      expect(await registry.publish(samplePublication(1), 0)).toBe(true);
    });
  });
}
