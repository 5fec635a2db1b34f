import { describe, expect, test } from 'vitest';
import type { MeshEvent } from '../../lib/ports/bus.ts';
import { sampleProduct, timeOf } from './samples.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';

const event = (number: number): MeshEvent => ({
  specversion: '1.0',
  id: `event-${number}`,
  source: 'mesh://opetence/logistics/scans',
  type: 'mesh.publication.published',
  time: timeOf(number),
  datacontenttype: 'application/json',
  data: { product: 'logistics/scans', publicationId: `publication-${number}`, ports: ['scans'] },
});

/** What every bus does: at least once, in any order. */
export function busSuite(target: ConformanceTarget): void {
  describe('bus', () => {
    const place = placeForEach(target);
    const delivered = async () => {
      const seen = new Map<string, MeshEvent>();
      await place().deliver(async (event) => void seen.set(event.id, event));
      return seen;
    };

    test('delivers every event as it was announced, whichever process announced it', async () => {
      const announcers = [place().ports.bus, place().anotherProcess().bus];
      const events = Array.from({ length: 20 }, (_, number) => event(number));
      await Promise.all(events.map((each, index) => announcers[index % 2]!.announce(each)));
      expect(await delivered()).toEqual(new Map(events.map((each) => [each.id, each])));
    });

    test('delivers an event again when its handler failed', async () => {
      for (const number of [1, 2, 3]) await place().ports.bus.announce(event(number));
      const taken = new Set<string>();
      const first = place().deliver(async ({ id }) => {
        if (id === 'event-2') throw new Error('not now');
        taken.add(id);
      });
      await first.catch(() => undefined);
      expect(taken).toEqual(new Set(['event-1', 'event-3']));
      expect((await delivered()).has('event-2')).toBe(true);
    });

    test('delivers events that are announced while others are handled', async () => {
      await place().ports.bus.announce(event(1));
      const taken = new Set<string>();
      await place().deliver(async ({ id }) => {
        if (id === 'event-1') await place().ports.bus.announce(event(2));
        taken.add(id);
      });
      for (const id of (await delivered()).keys()) taken.add(id);
      expect(taken).toEqual(new Set(['event-1', 'event-2']));
    });

    test('takes an event that is announced twice for one', async () => {
      await place().ports.bus.announce(event(1));
      await place().anotherProcess().bus.announce(event(1));
      expect([...(await delivered()).values()]).toEqual([event(1)]);
    });

    testOperation(target, 'schedule', 'wakes a product when it is due', async () => {
      const product = { ...sampleProduct(), refresh: { on: 'any', schedule: 'rate(1 day)' } } as const;
      await place().schedule(product);
      place().advance(24 * 3_600_000);
      const woken = [...(await delivered()).values()];
      expect(woken).toContainEqual(
        expect.objectContaining({ type: 'mesh.schedule.due', data: { product: product.id } }),
      );
    });
  });
}
