import { describe, expect, test } from 'vitest';
import { createRegistry } from '../../../lib/adapters/local/registry.local.ts';
import { startScript } from '../../child-script.ts';
import { sampleProduct, samplePublication } from '../../conformance/samples.ts';
import { homeForEach } from './store-samples.ts';

const publisher = new URL('registry-publisher.ts', import.meta.url);
const id = 'logistics/scans';

describe('the local registry', () => {
  const { home, open } = homeForEach();

  test('lets one of several processes publish from each place, and loses none', async () => {
    const registry = createRegistry({ store: open() });
    await registry.register(sampleProduct(), '2026-01-31T12:00:00Z');
    const scripts = await Promise.all(
      ['one', 'two', 'three'].map((name) => startScript(publisher, [home(), name, '40'])),
    );
    const lines = (await Promise.all(scripts.map((script) => script.end()))).flat();
    const won = lines.filter((line) => line !== 'lost').map((line) => Number(line.split(' ')[1]));
    const found = await registry.find(id);
    expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: found!.sequence }, (_, sequence) => sequence));
    expect(await registry.publications(id)).toHaveLength(won.length);
  });

  test('has a publication wholly or not at all, whenever its process was killed', async () => {
    const registry = createRegistry({ store: open() });
    await registry.register(sampleProduct(), '2026-01-31T12:00:00Z');
    for (let trial = 0; trial < 12; trial += 1) {
      const script = await startScript(publisher, [home(), `trial-${trial}`, '100000']);
      let last = '';
      for (let lines = 0; lines <= trial * 3; lines += 1) last = await script.line();
      await script.kill();
      const found = (await registry.find(id))!;
      expect(found.sequence).toBeGreaterThan(Number(last.split(' ')[1]));
      const publications = await registry.publications(id);
      expect(publications[0]).toEqual(found.current);
      expect(publications).toHaveLength(found.sequence);
      expect((await registry.consumedFiles(id, 'fingerprint', 'drops')).size).toBe(found.sequence);
    }
  });

  test('writes nothing when a product is registered as it was', async () => {
    const store = open();
    const registry = createRegistry({ store });
    await registry.register(sampleProduct(), '2026-01-31T12:00:00Z');
    const changes = async () => (await store.read<{ n: number }>('SELECT total_changes() AS n'))[0]!.n;
    const before = await changes();
    await registry.register(structuredClone(sampleProduct()), '2026-02-01T12:00:00Z');
    expect(await changes()).toBe(before);
    expect((await registry.find(id))?.registeredAt).toBe('2026-01-31T12:00:00Z');
  });

  test('remembers ten thousand files of one publication', async () => {
    const registry = createRegistry({ store: open() });
    await registry.register(sampleProduct(), '2026-01-31T12:00:00Z');
    const files = Array.from({ length: 10_000 }, (_, index) => ({
      path: `scans/${index}’.csv`,
      bytes: index,
      hash: `${index}`,
    }));
    await registry.publish(samplePublication(1, { inputs: { drops: { kind: 'source', digest: 'd', files } } }), 0);
    const consumed = await registry.consumedFiles(id, 'fingerprint', 'drops');
    expect(consumed).toEqual(new Map(files.map(({ path, hash }) => [path, hash])));
  });
});
