import { canonicalJson } from '../../model/content-hash.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { ProductId } from '../../model/names.ts';
import { toMicroseconds } from '../../model/to-microseconds.ts';
import type { Publication } from '../../ports/publication.ts';
import type { Quarantined, RegisteredProduct, Registry } from '../../ports/registry.ts';
import type { Store, StoreTransaction } from './store.ts';

interface ProductRow {
  readonly manifest: string;
  readonly registered_at: string;
  readonly sequence: number;
  readonly publication: string | null;
  readonly quarantined: string | null;
}

const PRODUCTS = `
  SELECT manifest, registered_at, sequence, publication, quarantined
  FROM products LEFT JOIN publications USING (product, sequence)`;

/** The registry in the embedded store. A product's pointer is its `sequence`; one conditional update moves it. */
export function createRegistry({ store }: { readonly store: Store }): Registry {
  return {
    async register(manifest, at) {
      const text = canonicalJson(manifest);
      const known = await store.read('SELECT 1 FROM products WHERE product = ? AND manifest = ?', manifest.id, text);
      if (known.length > 0) return;
      await store.write(({ run }) =>
        run(
          `INSERT INTO products (product, manifest, registered_at) VALUES (?, ?, ?)
           ON CONFLICT (product) DO UPDATE SET manifest = excluded.manifest, registered_at = excluded.registered_at`,
          manifest.id,
          text,
          at,
        ),
      );
    },

    async find(product) {
      const [row] = await store.read<ProductRow>(`${PRODUCTS} WHERE product = ?`, product);
      return row && registered(row);
    },

    async list() {
      return (await store.read<ProductRow>(`${PRODUCTS} ORDER BY product`)).map(registered);
    },

    async publish(publication, sequence) {
      const { product } = publication;
      return store.write((transaction) => {
        const moved = transaction.run(
          'UPDATE products SET sequence = sequence + 1, quarantined = NULL WHERE product = ? AND sequence = ?',
          product,
          sequence,
        );
        if (moved === 0) {
          getRegistered(transaction, product);
          return false;
        }
        keep(transaction, publication, sequence + 1);
        return true;
      });
    },

    async quarantine(product, quarantined) {
      await store.write((transaction) => {
        getRegistered(transaction, product);
        transaction.run('UPDATE products SET quarantined = ? WHERE product = ?', JSON.stringify(quarantined), product);
      });
    },

    async endQuarantine(product) {
      await store.write(({ run }) => run('UPDATE products SET quarantined = NULL WHERE product = ?', product));
    },

    async publicationAsOf(product, at) {
      const rows = await store.read<{ publication: string }>(
        'SELECT publication FROM publications WHERE product = ? AND recorded_at <= ? ORDER BY sequence DESC LIMIT 1',
        product,
        toMicroseconds(at),
      );
      return parsePublications(rows)[0];
    },

    async publications(product) {
      return parsePublications(
        await store.read('SELECT publication FROM publications WHERE product = ? ORDER BY sequence DESC', product),
      );
    },

    async consumedFiles(product, fingerprint, input) {
      const rows = await store.read<{ path: string; hash: string }>(
        'SELECT path, hash FROM consumed_files WHERE product = ? AND fingerprint = ? AND input = ? ORDER BY path',
        product,
        fingerprint,
        input,
      );
      return new Map(rows.map(({ path, hash }) => [path, hash]));
    },

    async remove(product) {
      await store.write(({ run }) => {
        for (const table of ['products', 'publications', 'consumed_files'])
          run(`DELETE FROM ${table} WHERE product = ?`, product);
      });
    },

    async expire(product, publicationIds) {
      if (publicationIds.length === 0) return;
      await store.write(({ run }) =>
        run(
          `DELETE FROM publications WHERE product = ?1 AND publication_id IN (SELECT value FROM json_each(?2))
           AND publication_id NOT IN (
             SELECT publication_id FROM publications JOIN products USING (product, sequence) WHERE product = ?1)`,
          product,
          JSON.stringify(publicationIds),
        ),
      );
    },
  };
}

function keep({ all, run }: StoreTransaction, publication: Publication, sequence: number): void {
  const { product, publicationId, fingerprint, inputs } = publication;
  const recordedAt = toMicroseconds(publication.recordedAt);
  const [before] = all<{ recorded_at: string }>(
    'SELECT recorded_at FROM publications WHERE product = ? ORDER BY sequence DESC LIMIT 1',
    product,
  );
  if (before && before.recorded_at >= recordedAt) throw tooEarly(publication, before.recorded_at);
  run(
    'INSERT INTO publications (product, sequence, publication_id, recorded_at, publication) VALUES (?, ?, ?, ?, ?)',
    product,
    sequence,
    publicationId,
    recordedAt,
    JSON.stringify(publication),
  );
  for (const [input, pin] of Object.entries(inputs)) {
    if (pin.kind !== 'source') continue;
    // One statement for however many files.
    run(
      `INSERT OR REPLACE INTO consumed_files (product, fingerprint, input, path, hash)
       SELECT ?, ?, ?, value ->> 'path', value ->> 'hash' FROM json_each(?)`,
      product,
      fingerprint,
      input,
      JSON.stringify(pin.files),
    );
  }
}

function registered({ manifest, registered_at, sequence, publication, quarantined }: ProductRow): RegisteredProduct {
  return {
    manifest: JSON.parse(manifest) as ProductModel,
    registeredAt: registered_at,
    sequence,
    ...(publication !== null && { current: JSON.parse(publication) as Publication }),
    ...(quarantined !== null && { quarantined: JSON.parse(quarantined) as Quarantined }),
  };
}

function parsePublications(rows: readonly { readonly publication: string }[]): Publication[] {
  return rows.map(({ publication }) => JSON.parse(publication) as Publication);
}

function getRegistered({ all }: StoreTransaction, product: ProductId): void {
  if (all('SELECT 1 FROM products WHERE product = ?', product).length > 0) return;
  const message = `no product \`${product}\` is registered`;
  throw new MeshError({
    code: 'unregistered-product',
    kind: 'not-found',
    message,
    fix: 'register it first',
    where: { product },
  });
}

function tooEarly({ product, recordedAt }: Publication, before: string): MeshError {
  const message = `a publication recorded at ${recordedAt} cannot follow the one of ${before}`;
  return new MeshError({
    code: 'recorded-too-early',
    kind: 'conflict',
    message,
    fix: 'record it later',
    where: { product },
  });
}
