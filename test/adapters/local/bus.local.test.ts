import { describe, expect, test } from 'vitest';
import { createBus } from '../../../lib/adapters/local/bus.local.ts';
import type { MeshEvent } from '../../../lib/ports/bus.ts';
import { homeForEach } from './store-samples.ts';

const event = (number: number): MeshEvent => ({
  specversion: '1.0',
  id: `event-${number}`,
  source: 'mesh://opetence/logistics/scans',
  type: 'mesh.publication.published',
  time: '2026-01-31T12:00:00Z',
  datacontenttype: 'application/json',
  data: { product: 'logistics/scans' },
});
const numbers = Array.from({ length: 40 }, (_, number) => number);

describe('the local bus', () => {
  const { open } = homeForEach();
  const announced = async (options: Parameters<typeof createBus>[0]) => {
    const bus = createBus(options);
    for (const number of numbers) await bus.announce(event(number));
    return bus;
  };
  const drained = async (bus: ReturnType<typeof createBus>) => {
    const ids: string[] = [];
    await bus.drain(async ({ id }) => void ids.push(id));
    return ids;
  };
  const inOrder = numbers.map((number) => `event-${number}`);

  test('delivers in disorder and repeats some, the same for the same seed', async () => {
    const orders: string[][] = [];
    for (const seed of [1, 1, 2]) {
      const store = open();
      orders.push(await drained(await announced({ store, disorder: { seed } })));
      await store.write(({ run }) => run('DELETE FROM events'));
    }
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
    for (const order of orders) {
      expect(order.length).toBeGreaterThan(numbers.length);
      expect([...new Set(order)].sort()).toEqual([...inOrder].sort());
      expect([...new Set(order)]).not.toEqual(inOrder);
    }
  });

  test('delivers in order and once when disorder is off', async () => {
    expect(await drained(await announced({ store: open(), disorder: 'none' }))).toEqual(inOrder);
  });

  test('delivers nothing again that was handled, even when it is announced again', async () => {
    const bus = await announced({ store: open() });
    await drained(bus);
    await bus.announce(event(3));
    expect(await drained(bus)).toEqual([]);
  });

  test('delivers what a dead process had not finished', async () => {
    const bus = await announced({ store: open() });
    const handled: string[] = [];
    const dying = bus.drain(async ({ id }) => {
      if (handled.length === 5) await new Promise(() => {});
      handled.push(id);
    });
    void dying;
    const ids = await drained(createBus({ store: open() }));
    expect(new Set([...handled, ...ids])).toEqual(new Set(inOrder));
  });

  test('is drained by several at once without missing any', async () => {
    const first = await announced({ store: open() });
    const second = createBus({ store: open(), disorder: { seed: 7 } });
    const ids = (await Promise.all([drained(first), drained(second)])).flat();
    expect(new Set(ids)).toEqual(new Set(inOrder));
  });

  test('throws the handler’s error after delivering the others', async () => {
    const bus = await announced({ store: open() });
    const handled = new Set<string>();
    const failing = (failures: readonly string[]) =>
      bus.drain(async ({ id }) => {
        if (failures.includes(id)) throw new Error(`no ${id}`);
        handled.add(id);
      });
    await expect(failing(['event-3', 'event-4'])).rejects.toBeInstanceOf(AggregateError);
    expect(handled.size).toBe(numbers.length - 2);
    await expect(failing(['event-3'])).rejects.toThrow('no event-3');
    expect(await drained(bus)).toContain('event-3');
  });

  test('forgets events long done', async () => {
    const store = open();
    await store.write(({ run }) => {
      for (let number = 0; number < 10_010; number += 1)
        run('INSERT INTO events (id, event, done) VALUES (?, ?, 1)', `old-${number}`, '{}');
    });
    await drained(createBus({ store }));
    expect(await store.read('SELECT count(*) AS n, min(event_number) AS first FROM events')).toEqual([
      { n: 10_000, first: 11 },
    ]);
  });
});
