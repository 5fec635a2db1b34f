import { toMicroseconds } from '../../model/to-microseconds.ts';
import type { Ledger, LedgerEntry } from '../../ports/ledger.ts';
import { readBodies, sweepBodies, writeBody } from './body.ts';
import { ledgerPartition } from './registry-keys.ts';
import type { Store } from './store.aws.ts';
import type { StoreItem } from './store-item.ts';

type Kind = LedgerEntry['kind'];

/** Each has a partition of its own, so that rare entries are found among many. */
const KINDS = Object.keys({ run: true, access: true, cost: true } satisfies Record<Kind, true>) as readonly Kind[];

/** Beside entries a partition has chunks of large ones. */
const ENTRIES = 'ENTRY#';
const ofAll = (kind: Kind) => `LEDGER#${kind}`;

/** The ledger in the mesh's table: by product it is always whole, over all products it may be a moment behind. */
export function createLedger({ store }: { readonly store: Store }): Ledger {
  return {
    async record(entry) {
      const at = toMicroseconds(entry.at);
      const order = `${ENTRIES}${at}#${entry.id}`;
      const key = { pk: ledgerPartition(entry.product, entry.kind), sk: order };
      const body = await writeBody(store, key, entry);
      const outcome = await store.transact([
        // Its id alone makes an entry the same one, whatever time it bears.
        { put: { pk: key.pk, sk: `ID#${entry.id}`, order }, when: 'attribute_not_exists(#pk)' },
        { put: { ...key, body, gsi_pk: ofAll(entry.kind), gsi_sk: order } },
      ]);
      if (outcome.done) return;
      const recorded = await store.get(key);
      if (recorded?.body !== body) await sweepBodies(store, [body]);
    },

    async entries({ product, kind, limit } = {}) {
      const partitions = (kind === undefined ? KINDS : [kind]).map((each) =>
        product === undefined
          ? { pk: ofAll(each), byTime: true, descending: true, limit }
          : { pk: ledgerPartition(product, each), prefix: ENTRIES, descending: true, limit },
      );
      const found = await Promise.all(partitions.map((query) => store.query(query)));
      const newest = found.flat().sort(newestFirst).slice(0, limit);
      const entries = (await readBodies(
        store,
        newest.map(({ body }) => body!),
      )) as readonly LedgerEntry[];
      // A run writes of its own product only, whatever its entry says.
      return entries.filter(({ product, kind }, at) => newest[at]!.pk === ledgerPartition(product, kind));
    },
  };
}

function newestFirst({ gsi_sk: a }: StoreItem, { gsi_sk: b }: StoreItem): number {
  return a! < b! ? 1 : -1;
}
