import type { Bus, MeshEvent } from '../../ports/bus.ts';
import { seededRandom, shuffled } from './disorder.ts';
import type { Store } from './store.ts';

export interface LocalBusOptions {
  readonly store: Store;
  /**
   * Delivers in any order and some events twice, as the real bus may, so that nothing comes to rely on better.
   * @default { seed: 1 }
   */
  readonly disorder?: { readonly seed: number } | 'none';
}

/** A bus that keeps its events in the embedded store until somebody has handled them. */
export interface LocalBus extends Bus {
  /**
   * Delivers every event that waits, those announced meanwhile too, each at least once; it is done when the handler
   * returned. Several processes may drain at once. An event whose handler throws waits for the next drain; the
   * others are delivered all the same, and then the error is thrown.
   */
  drain(handler: (event: MeshEvent) => Promise<void>): Promise<void>;
}

const REPEATED_SHARE = 0.25;
const BATCH = 1_000;
/** Events kept after they are done, so that announcing one again is nothing new. */
const REMEMBERED = 10_000;

export function createBus({ store, disorder = { seed: 1 } }: LocalBusOptions): LocalBus {
  const random = disorder === 'none' ? undefined : seededRandom(disorder.seed);

  async function isDone(id: string): Promise<boolean> {
    return (await store.read('SELECT 1 FROM events WHERE id = ? AND done = 0', id)).length === 0;
  }

  return {
    async announce(event) {
      await store.write(({ run }) =>
        run('INSERT OR IGNORE INTO events (id, event) VALUES (?, ?)', event.id, JSON.stringify(event)),
      );
    },

    async drain(handler) {
      const failures = new Map<string, unknown>();
      for (;;) {
        const batch = await store.read<{ event: string }>(
          `SELECT event FROM events WHERE done = 0 AND id NOT IN (SELECT value FROM json_each(?))
           ORDER BY event_number LIMIT ?`,
          JSON.stringify([...failures.keys()]),
          BATCH,
        );
        if (batch.length === 0) break;
        const handled = new Set<string>();
        for (const event of deliveries(
          batch.map((row) => JSON.parse(row.event) as MeshEvent),
          random,
        )) {
          if (failures.has(event.id)) continue;
          // Another process may have handled it by now; a repeat of our own is on purpose.
          if (!handled.has(event.id) && (await isDone(event.id))) continue;
          try {
            await handler(event);
          } catch (error) {
            failures.set(event.id, error);
            continue;
          }
          handled.add(event.id);
          await store.write(({ run }) => run('UPDATE events SET done = 1 WHERE id = ?', event.id));
        }
      }
      await forgetDone(store);
      const errors = [...failures.values()];
      if (errors.length === 1) throw errors[0];
      if (errors.length > 1) throw new AggregateError(errors, `${errors.length} events could not be handled`);
    },
  };
}

function deliveries(batch: readonly MeshEvent[], random: (() => number) | undefined): readonly MeshEvent[] {
  if (!random) return batch;
  return shuffled([...batch, ...batch.filter(() => random() < REPEATED_SHARE)], random);
}

async function forgetDone(store: Store): Promise<void> {
  const [oldest] = await store.read<{ event_number: number }>(
    'SELECT event_number FROM events WHERE done = 1 ORDER BY event_number DESC LIMIT 1 OFFSET ?',
    REMEMBERED,
  );
  if (!oldest) return;
  await store.write(({ run }) => run('DELETE FROM events WHERE done = 1 AND event_number <= ?', oldest.event_number));
}
