import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { MeshError } from '../../model/mesh-error.ts';
import type { Store } from './store.aws.ts';
import type { StoreKey, StoreValue } from './store-item.ts';

/** Bytes that stay in the item itself; an item holds 400 KB. */
const INLINE_BYTES = 300 * 1024;
const CHUNK_BYTES = 350 * 1024;

/** Where the chunks of a large body are. */
interface ChunkedBody {
  readonly pk: string;
  readonly sk: string;
  readonly chunks: number;
}

/**
 * Makes any plain JSON an attribute of the item `owner`: gzipped where it is small; otherwise it is put into chunks,
 * named by owner and content, and the attribute says where. Write the body first and the item that refers to it then;
 * `sweepBodies` removes the chunks when that item is gone.
 */
export async function writeBody(
  store: Store,
  owner: StoreKey,
  value: unknown,
  inlineBytes = INLINE_BYTES,
): Promise<Uint8Array | string> {
  const text = JSON.stringify(value);
  const bytes = await promisify(gzip)(text);
  if (bytes.length <= inlineBytes) return bytes;
  const sk = `BODY#${owner.sk}#${createHash('sha256').update(text).digest('hex')}`;
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
  await store.putMany(
    Array.from({ length: chunks }, (_, number) => ({
      pk: owner.pk,
      sk: chunkKey(sk, number),
      bytes: bytes.subarray(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES),
    })),
  );
  return JSON.stringify({ pk: owner.pk, sk, chunks } satisfies ChunkedBody);
}

/** Reads bodies, all that are in chunks together; undefined where chunks are gone, because their owner went meanwhile. */
export async function readBodies(store: Store, bodies: readonly StoreValue[]): Promise<readonly unknown[]> {
  const keys = bodies.map(chunkKeys);
  const items = await store.getMany(keys.flat());
  let next = 0;
  return Promise.all(
    bodies.map(async (body, index) => {
      if (body instanceof Uint8Array) return parse(body);
      const count = keys[index]!.length;
      const chunks = items.slice(next, next + count);
      next += count;
      return chunks.every((chunk) => chunk !== undefined)
        ? parse(Buffer.concat(chunks.map((chunk) => chunk.bytes as Uint8Array)))
        : undefined;
    }),
  );
}

/** Removes what bodies that nothing refers to any more have in chunks. */
export async function sweepBodies(store: Store, bodies: readonly (StoreValue | undefined)[]): Promise<void> {
  await store.removeMany(bodies.flatMap((body) => (body === undefined ? [] : chunkKeys(body))));
}

function chunkKeys(body: StoreValue): readonly StoreKey[] {
  if (body instanceof Uint8Array) return [];
  if (typeof body !== 'string') throw damaged(body);
  const { pk, sk, chunks } = JSON.parse(body) as ChunkedBody;
  return Array.from({ length: chunks }, (_, number) => ({ pk, sk: chunkKey(sk, number) }));
}

function chunkKey(sk: string, number: number): string {
  return `${sk}#${String(number).padStart(5, '0')}`;
}

async function parse(bytes: Uint8Array): Promise<unknown> {
  return JSON.parse((await promisify(gunzip)(bytes)).toString());
}

function damaged(body: StoreValue): MeshError {
  const message = `the mesh's table holds \`${body}\` where a body should be`;
  return new MeshError({
    code: 'damaged-item',
    message,
    fix: 'update this package, or restore the table from a backup',
  });
}
