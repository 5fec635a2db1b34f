import { contentHash } from '../../model/content-hash.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { ProductId } from '../../model/names.ts';
import { toMicroseconds } from '../../model/to-microseconds.ts';
import type { Publication, SourcePin } from '../../ports/publication.ts';
import type { Quarantined, RegisteredProduct, Registry } from '../../ports/registry.ts';
import { readBodies, sweepBodies, writeBody } from './body.ts';
import {
  consumedKey,
  consumedPrefix,
  isControl,
  manifestOwner,
  manifestPartition,
  pointerKey,
  productPartition,
  publicationKey,
  quarantineOwner,
  REGISTRY_PARTITION,
  registrationKey,
} from './registry-keys.ts';
import type { Store, StoreWrite } from './store.aws.ts';
import type { StoreItem, StoreValue } from './store-item.ts';

/** Bytes that one of an item's several bodies may have in the item itself. */
const POINTER_BYTES = 100 * 1024;
/** A transaction holds 4 MB, so that long lists of files go elsewhere. */
const FILES_BYTES = 32 * 1024;
/** A transaction holds 100 writes; two are the pointer and the publication. */
const MOST_SOURCES = 98;
/** A reader may meet a publication that is replaced and expires while it reads; hardly twice. */
const MOST_READS = 5;

/**
 * The registry in the mesh's table. What a product is registered as is one item, in the partition that lists all
 * products, and its pointer is another, beside its publications: runs may write this one and not that one. One
 * transaction moves the pointer, adds the publication and remembers the files it read.
 */
export function createRegistry({ store }: { readonly store: Store }): Registry {
  /** Items with their bodies; those whose bodies are gone are read again. */
  async function readPointers(read: () => Promise<readonly StoreItem[]>): Promise<readonly RegisteredProduct[]> {
    for (let attempt = 1; ; attempt += 1) {
      const items = await read();
      const bodies = items.map(({ manifest, publication, quarantined }) => [manifest, publication, quarantined]);
      const held = bodies.flat().filter((body) => body !== undefined);
      const values = (await readBodies(store, held)).values();
      const parsed = bodies.map((each) => each.map((body) => body && values.next().value));
      const isWhole = bodies.every((each, index) =>
        each.every((body, at) => !body || parsed[index]![at] !== undefined),
      );
      if (isWhole) return items.map((item, index) => registered(item, parsed[index]!));
      if (attempt === MOST_READS) throw bodiesGone();
    }
  }

  async function readPublications(items: readonly StoreItem[]): Promise<readonly Publication[]> {
    const publications = await readBodies(
      store,
      items.map(({ publication }) => publication!),
    );
    // One whose body is gone has expired since.
    return publications.filter((publication) => publication !== undefined) as unknown[] as Publication[];
  }

  return {
    async register(manifest, at) {
      const hash = contentHash(manifest);
      const key = registrationKey(manifest.id);
      const [present, pointer] = await store.getMany([key, pointerKey(manifest.id)]);
      if (pointer && present?.manifest_hash === hash) return;
      const begin = 'SET #sequence = if_not_exists(#sequence, :none)';
      if (!pointer) await store.write({ update: pointerKey(manifest.id), by: begin, values: { none: 0 } });
      const body = await writeBody(store, manifestOwner(manifest.id), manifest, POINTER_BYTES);
      const outcome = await store.write({
        update: key,
        by: 'SET #manifest = :manifest, #manifest_hash = :hash, #registered_at = :at',
        when: 'attribute_not_exists(#manifest_hash) OR #manifest_hash <> :hash',
        values: { manifest: body, hash, at },
      });
      if (outcome.done) await sweepBodies(store, [outcome.old?.manifest]);
    },

    async find(product) {
      return (
        await readPointers(async () => {
          const [registration, pointer] = await store.getMany([registrationKey(product), pointerKey(product)]);
          return registration ? [{ ...registration, ...pointer }] : [];
        })
      )[0];
    },

    list: () =>
      readPointers(async () => {
        const registrations = await store.query({ pk: REGISTRY_PARTITION });
        const pointers = await store.getMany(registrations.map(({ sk }) => pointerKey(sk as ProductId)));
        return registrations.map((registration, index) => ({ ...registration, ...pointers[index] }));
      }),

    async publish(publication, sequence) {
      const { product } = publication;
      const recordedAt = toMicroseconds(publication.recordedAt);
      const before = await store.get(pointerKey(product));
      refuseEarly(before, publication, recordedAt, sequence);
      if (before?.sequence !== sequence) return false;
      const key = publicationKey(product, recordedAt);
      const body = await writeBody(store, key, publication, POINTER_BYTES);
      const consumed = await writeConsumed(store, publication, recordedAt);
      const named = { publication: body, publication_id: publication.publicationId };
      const outcome = await store.transact([
        {
          update: pointerKey(product),
          by: `SET #sequence = :next, #publication = :publication, #publication_id = :publication_id,
               #recorded_at = :recorded_at REMOVE #quarantined`,
          when: '#sequence = :sequence AND (attribute_not_exists(#recorded_at) OR #recorded_at < :recorded_at)',
          values: { ...named, sequence, next: sequence + 1, recorded_at: recordedAt },
        },
        { put: { ...key, ...named, sequence: sequence + 1 } },
        ...consumed,
      ]);
      if (outcome.done) {
        await sweepBodies(store, [before.quarantined]);
        return true;
      }
      // What another publication of the very same moment and content refers to stays.
      const isOwn = (await store.get(key))?.publication_id === publication.publicationId;
      if (!isOwn) await sweepBodies(store, [body, ...consumed.map(({ put }) => put.files)]);
      refuseEarly(outcome.found, publication, recordedAt, sequence);
      return false;
    },

    async quarantine(product, quarantined) {
      const owner = quarantineOwner(product);
      const body = await writeBody(store, owner, quarantined, POINTER_BYTES);
      const outcome = await store.write({
        update: pointerKey(product),
        by: 'SET #quarantined = :quarantined',
        when: 'attribute_exists(#sequence)',
        values: { quarantined: body },
      });
      if (!outcome.done) {
        await sweepBodies(store, [body]);
        throw unregistered(product);
      }
      if (outcome.old?.quarantined !== body) await sweepBodies(store, [outcome.old?.quarantined]);
    },

    async endQuarantine(product) {
      const outcome = await store.write({
        update: pointerKey(product),
        by: 'REMOVE #quarantined',
        when: 'attribute_exists(#quarantined)',
      });
      if (outcome.done) await sweepBodies(store, [outcome.old?.quarantined]);
    },

    async publicationAsOf(product, at) {
      const between = [publicationKey(product, '').sk, publicationKey(product, toMicroseconds(at)).sk] as const;
      const query = { pk: productPartition(product), between, descending: true, limit: 1 };
      return (await readPublications(await store.query(query)))[0];
    },

    async publications(product) {
      const query = { pk: productPartition(product), prefix: publicationKey(product, '').sk, descending: true };
      return readPublications(await store.query(query));
    },

    async consumedFiles(product, fingerprint, input) {
      const prefix = consumedPrefix(fingerprint, input);
      const items = await store.query({ pk: productPartition(product), prefix });
      const lists = await readBodies(
        store,
        items.map(({ files }) => files!),
      );
      const files = new Map((lists as readonly (readonly [string, string])[][]).flatMap((list) => list ?? []));
      return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
    },

    async remove(product) {
      // These go first: from then on nobody finds the rest, and nobody adds to it.
      await store.transact([{ remove: registrationKey(product) }, { remove: pointerKey(product) }]);
      const partitions = [productPartition(product), manifestPartition(product)];
      const items = (await Promise.all(partitions.map((pk) => store.query({ pk })))).flat();
      await store.removeMany(items.filter((item) => !isControl(item)));
    },

    async expire(product, publicationIds) {
      if (publicationIds.length === 0) return;
      const expired = new Set<StoreValue>(publicationIds);
      const current = await store.get(pointerKey(product));
      const query = { pk: productPartition(product), prefix: publicationKey(product, '').sk };
      const gone = (await store.query(query)).filter(
        ({ publication_id: id }) => expired.has(id!) && id !== current?.publication_id,
      );
      await store.removeMany(gone);
      await sweepBodies(
        store,
        gone.map(({ publication }) => publication),
      );
    },
  };
}

/** The files that a publication read of each source, as part of its transaction. */
async function writeConsumed(store: Store, publication: Publication, recordedAt: string) {
  const { product, fingerprint, inputs } = publication;
  const sources = Object.entries(inputs).filter(
    (entry): entry is [string, SourcePin] => entry[1].kind === 'source' && entry[1].files.length > 0,
  );
  if (sources.length > MOST_SOURCES) throw tooManySources(product, sources.length);
  return Promise.all(
    sources.map(async ([input, { files }]) => {
      const key = consumedKey(product, fingerprint, input, recordedAt);
      const list = files.map(({ path, hash }) => [path, hash]);
      const put = { ...key, files: await writeBody(store, key, list, FILES_BYTES) };
      return { put } satisfies StoreWrite;
    }),
  );
}

function registered(item: StoreItem, [manifest, publication, quarantined]: readonly unknown[]): RegisteredProduct {
  return {
    manifest: manifest as ProductModel,
    registeredAt: String(item.registered_at),
    sequence: Number(item.sequence ?? 0),
    ...(publication !== undefined && { current: publication as Publication }),
    ...(quarantined !== undefined && { quarantined: quarantined as Quarantined }),
  };
}

/** Refuses to publish for what is not registered, and what the pointer would let happen too early. */
function refuseEarly(
  pointer: StoreItem | undefined,
  publication: Publication,
  recordedAt: string,
  sequence: number,
): asserts pointer is StoreItem {
  if (!pointer) throw unregistered(publication.product);
  const before = pointer.recorded_at;
  if (pointer.sequence === sequence && before !== undefined && before >= recordedAt) {
    throw tooEarly(publication, String(before));
  }
}

function unregistered(product: ProductId): MeshError {
  const message = `no product \`${product}\` is registered`;
  const fix = 'register it first';
  return new MeshError({ code: 'unregistered-product', kind: 'not-found', message, fix, where: { product } });
}

function tooEarly({ product, recordedAt }: Publication, before: string): MeshError {
  const message = `a publication recorded at ${recordedAt} cannot follow the one of ${before}`;
  const fix = 'record it later';
  return new MeshError({ code: 'recorded-too-early', kind: 'conflict', message, fix, where: { product } });
}

function tooManySources(product: ProductId, count: number): MeshError {
  const message = `one publication read new files of ${count} sources, and at most ${MOST_SOURCES} can be remembered at once`;
  return new MeshError({ code: 'too-many-sources', message, fix: 'split the product', where: { product } });
}

function bodiesGone(): MeshError {
  const message = 'the registry refers to what is no longer in the table, or it changes faster than it can be read';
  return new MeshError({ code: 'damaged-registry', kind: 'retry', message, fix: 'try again; else restore the table' });
}
