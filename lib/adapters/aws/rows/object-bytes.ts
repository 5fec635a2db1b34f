import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AsyncBuffer } from 'hyparquet';
import { MeshError } from '../../../model/mesh-error.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import type { DropStore } from './read-drop.ts';

/** An object, as it was when it was listed. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  /** Without quotes; what has another by now is refused. */
  readonly etag?: string;
}

const PART_BYTES = 8 * 1024 * 1024;

/** Drops in a product's bucket, each read as it was pinned. */
export function createDropStore(s3: S3Client, bucket: string): DropStore {
  const objectOf = ({ path, bytes, hash }: Parameters<DropStore['bytes']>[0]): StoredObject => ({
    bucket,
    key: `${BUCKET_LAYOUT.landing}${path}`,
    bytes,
    etag: hash,
  });
  return { bytes: (file) => objectBytes(s3, objectOf(file)), buffer: (file) => objectBuffer(s3, objectOf(file)) };
}

/** An object's bytes from the first to the last: the next part is fetched while one is used. */
async function* objectBytes(s3: S3Client, object: StoredObject): AsyncGenerator<Uint8Array> {
  const part = (from: number) => {
    const fetching = readRange(s3, object, from, Math.min(from + PART_BYTES, object.bytes));
    // Whoever waits for it is told; nobody waits for the one behind an early end.
    fetching.catch(() => undefined);
    return fetching;
  };
  let next = object.bytes > 0 ? part(0) : undefined;
  for (let from = PART_BYTES; next !== undefined; from += PART_BYTES) {
    const bytes = await next;
    next = from < object.bytes ? part(from) : undefined;
    yield bytes;
  }
}

/** An object as the Parquet library reads it: any part at any time. */
export function objectBuffer(s3: S3Client, object: StoredObject): AsyncBuffer {
  return {
    byteLength: object.bytes,
    async slice(start, end = object.bytes) {
      const [from, to] = [start < 0 ? object.bytes + start : start, end < 0 ? object.bytes + end : end];
      if (from >= to) return new ArrayBuffer(0);
      const { buffer, byteOffset, byteLength } = await readRange(s3, object, from, to);
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    },
  };
}

async function readRange(s3: S3Client, { bucket, key, etag }: StoredObject, from: number, to: number) {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    Range: `bytes=${from}-${to - 1}`,
    ...(etag !== undefined && { IfMatch: `"${etag}"` }),
  });
  try {
    const { Body } = await s3.send(command);
    return await Body!.transformToByteArray();
  } catch (cause) {
    const { name, $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } };
    const isChanged = name === 'PreconditionFailed' || name === 'NoSuchKey' || $metadata?.httpStatusCode === 412;
    // A shorter one that took its place may have nothing there.
    if (!isChanged && name !== 'InvalidRange') throw cause;
    throw changed(key, cause);
  }
}

function changed(key: string, cause: unknown): MeshError {
  const { landing } = BUCKET_LAYOUT;
  const path = key.startsWith(landing) ? key.slice(landing.length) : key;
  return new MeshError({
    code: 'changed-drop',
    kind: 'retry',
    message: `\`${path}\` changed, or was taken away, while it was read`,
    where: { file: path },
    fix: 'write each drop once, under a name of its own; the next run reads what is there then',
    cause,
  });
}
