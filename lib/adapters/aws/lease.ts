import { MeshError } from '../../model/mesh-error.ts';
import type { ProductId } from '../../model/names.ts';
import type { Clock } from '../../ports/clock.ts';
import { leaseKey } from './registry-keys.ts';
import type { Store } from './store.aws.ts';

export interface LeaseOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly product: ProductId;
  /** Whose turn it is about; nobody else's name. */
  readonly holder: string;
}

/** The right to run a product: one holds it, at most one other waits for it. */
export interface Lease {
  /** Takes it, or waits for it, or finds that another waits already. Doing it again is the same. */
  take(): Promise<'held' | 'waiting' | 'another-waits'>;
  /**
   * Goes on holding it for so long and a step more.
   *
   * @throws MeshError when another holds it, because nothing was heard of this one for too long.
   */
  renew(seconds?: number): Promise<void>;
  /** Gives it back; nothing happens where another holds it. */
  leave(): Promise<void>;
}

/** Longer than a function may run without a word: a holder who is silent that long is dead. */
const HELD_MS = 16 * 60_000;
/** Longer than the longest pause between two looks. */
const WAITS_MS = 5 * 60_000;

const NO_OTHER_WAITS = '(attribute_not_exists(#waiter) OR #waiter = :me OR #waits_until < :now)';

export function createLease({ store, clock, product, holder: me }: LeaseOptions): Lease {
  const update = leaseKey(product);
  return {
    async take() {
      const now = clock.now().getTime();
      const taken = await store.write({
        update,
        by: 'SET #holder = :me, #until = :until REMOVE #waiter, #waits_until',
        when: `(attribute_not_exists(#holder) OR #holder = :me OR #until < :now) AND ${NO_OTHER_WAITS}`,
        values: { me, now, until: now + HELD_MS },
      });
      if (taken.done || taken.found?.holder === me) return 'held';
      const waits = await store.write({
        update,
        by: 'SET #waiter = :me, #waits_until = :until',
        when: NO_OTHER_WAITS,
        values: { me, now, until: now + WAITS_MS },
      });
      return waits.done ? 'waiting' : 'another-waits';
    },

    async renew(seconds = 0) {
      const until = clock.now().getTime() + seconds * 1000 + HELD_MS;
      const values = { me, until };
      const renewed = await store.write({ update, by: 'SET #until = :until', when: '#holder = :me', values });
      if (!renewed.done) throw lost(product);
    },

    async leave() {
      await store.write({ update, by: 'REMOVE #holder, #until', when: '#holder = :me', values: { me } });
    },
  };
}

function lost(product: ProductId): MeshError {
  const message = `nothing was heard of this run for ${HELD_MS / 60_000} minutes, and another one began`;
  const fix = 'nothing is to be done: the other run reads what this one would';
  return new MeshError({ code: 'lost-turn', kind: 'retry', message, fix, where: { product } });
}
