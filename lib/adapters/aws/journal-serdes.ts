import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Serdes } from '@aws/durable-execution-sdk-js';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface JournalSerdesOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** The folder in the bucket, with a slash at its end. */
  readonly folder: string;
}

/** The durable journal itself keeps results up to here; beyond 256 KB it would do the step again at every replay. */
const INLINE_BYTES = 100 * 1024;

/** How a step's result, plain JSON, is kept: in the durable journal, or in S3 when it is large. */
export function journalSerdes<Result>({ s3, bucket, folder }: JournalSerdesOptions): Serdes<Result> {
  return {
    async serialize(value) {
      const text = JSON.stringify({ value });
      if (Buffer.byteLength(text) <= INLINE_BYTES) return text;
      const key = `${folder}${createHash('sha256').update(text).digest('hex')}.json.gz`;
      const Body = await promisify(gzip)(text);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
      return JSON.stringify({ key });
    },

    async deserialize(data) {
      if (data === undefined) return undefined;
      const kept = JSON.parse(data) as { value?: Result; key?: string };
      if (kept.key === undefined) return kept.value;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: kept.key }));
      const text = await promisify(gunzip)(await Body!.transformToByteArray());
      return (JSON.parse(text.toString()) as { value?: Result }).value;
    },
  };
}
