import { toMicroseconds } from '../../model/to-microseconds.ts';
import type { Ledger, LedgerEntry } from '../../ports/ledger.ts';
import type { Store, StoreValue } from './store.ts';

/** The ledger in the embedded store. */
export function createLedger({ store }: { readonly store: Store }): Ledger {
  return {
    async record(entry) {
      await store.write(({ run }) =>
        run(
          'INSERT OR IGNORE INTO ledger (id, at, product, kind, entry) VALUES (?, ?, ?, ?, ?)',
          entry.id,
          toMicroseconds(entry.at),
          entry.product,
          entry.kind,
          JSON.stringify(entry),
        ),
      );
    },

    async entries({ product, kind, limit } = {}) {
      const conditions: string[] = [];
      const values: StoreValue[] = [];
      if (product !== undefined) {
        conditions.push('product = ?');
        values.push(product);
      }
      if (kind !== undefined) {
        conditions.push('kind = ?');
        values.push(kind);
      }
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
      const rows = await store.read<{ entry: string }>(
        `SELECT entry FROM ledger ${where} ORDER BY at DESC, entry_number DESC LIMIT ?`,
        ...values,
        limit ?? -1,
      );
      return rows.map(({ entry }) => JSON.parse(entry) as LedgerEntry);
    },
  };
}
