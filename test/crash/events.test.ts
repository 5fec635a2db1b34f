import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../lib/flow/run.ts';
import { wokenBy } from '../../lib/flow/wake.ts';
import type { ProductId } from '../../lib/model/names.ts';
import type { MeshEvent } from '../../lib/ports/bus.ts';
import { consumersView, type HomeState, readState } from './crash-home.ts';
import { openCrashPorts } from './crash-place.ts';
import { type CrashBench, createCrashBench } from './crash-trial.ts';

let bench: CrashBench;
beforeAll(async () => {
  bench = await createCrashBench();
});
afterAll(() => bench.remove());

function landed(product: ProductId): MeshEvent {
  const type = 'mesh.source.landed';
  const source = `mesh://crash/${product}`;
  const time = '2026-02-02T00:00:00Z';
  return {
    specversion: '1.0',
    id: `landed ${product}`,
    source,
    type,
    time,
    datacontenttype: 'application/json',
    data: { product },
  };
}

const LANDED = (['shop/sales', 'shop/folded', 'shop/suspect'] as const).map(landed);

/** Delivers events in an order that `picks` chooses, some of them again and again, and those they bring about. */
async function deliver(picks: readonly number[]): Promise<HomeState> {
  const place = await bench.place(1);
  const ports = openCrashPorts(place);
  const waiting: MeshEvent[] = [...LANDED];
  const bus = { ...ports.bus, announce: async (event: MeshEvent) => void waiting.push(event) };
  try {
    for (let turn = 0; waiting.length > 0; turn += 1) {
      const pick = picks[turn % picks.length]!;
      const index = pick % waiting.length;
      const event = waiting[index]!;
      // Some stay for another time, as if whoever handled them had not said so; but not for ever.
      const isRepeated = pick % 3 === 0 && turn < 3 * picks.length;
      if (!isRepeated) waiting.splice(index, 1);
      for (const product of await wokenBy(ports, bench.model, event)) {
        const result = await run({ ...ports, bus }, product);
        expect(result.kind).toMatch(/published|unchanged|quarantined/);
      }
    }
  } finally {
    ports.close();
  }
  return readState(place);
}

test('events in any order, and repeated, lead to the same publications', async () => {
  const expected = consumersView(bench.after[1]!);
  const picks = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(picks, async (order) => {
      expect(consumersView(await deliver(order))).toEqual(expected);
    }),
    { numRuns: Number(process.env.EVENT_RUNS ?? 12), seed: 20260131 },
  );
});
