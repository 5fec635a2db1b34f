import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parse } from 'lossless-json';

/** A number of Iceberg's metadata: ids have more digits than TypeScript's numbers. */
export interface Exact {
  toString(): string;
}

export interface Snapshot {
  readonly 'snapshot-id': Exact;
  readonly 'parent-snapshot-id'?: Exact;
  readonly 'schema-id'?: Exact;
  readonly summary?: { readonly operation?: string; readonly 'total-files-size'?: string };
}

/** What of a table's metadata file is read or changed; the rest stays as it is. */
export interface Metadata {
  readonly location: string;
  readonly 'last-updated-ms': Exact;
  readonly 'current-snapshot-id'?: Exact;
  readonly schemas?: readonly { readonly 'schema-id': Exact; readonly fields: readonly { readonly name: string }[] }[];
  readonly snapshots?: readonly Snapshot[];
  readonly refs?: { readonly [name: string]: { readonly 'snapshot-id': Exact } };
  readonly 'snapshot-log'?: readonly { readonly 'snapshot-id': Exact }[];
  readonly 'metadata-log'?: readonly object[];
  readonly statistics?: readonly { readonly 'snapshot-id': Exact }[];
  readonly 'partition-statistics'?: readonly { readonly 'snapshot-id': Exact }[];
}

/** A metadata file, with all digits of its numbers. */
export async function readMetadata(s3: S3Client, location: string): Promise<Metadata> {
  return parse(await metadataText(s3, location)) as unknown as Metadata;
}

/** A metadata file as text: writers may compress it. */
export async function metadataText(s3: S3Client, location: string): Promise<string> {
  const { bucket, key } = placeOf(location);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = Buffer.from(await Body!.transformToByteArray());
  return (location.includes('.gz.') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Where a file is, `s3://bucket/key`. */
export function placeOf(location: string): { readonly bucket: string; readonly key: string } {
  const [bucket = '', ...key] = location.slice('s3://'.length).split('/');
  return { bucket, key: key.join('/') };
}

export const snapshotsById = ({ snapshots = [] }: Pick<Metadata, 'snapshots'>): ReadonlyMap<string, Snapshot> =>
  new Map(snapshots.map((snapshot) => [String(snapshot['snapshot-id']), snapshot]));

/** The snapshots that hold the same rows as one: itself, and those that it only compacted. */
export function compacted(id: string, byId: ReadonlyMap<string, Snapshot>): string[] {
  const same = [id];
  for (let at = byId.get(id); at?.summary?.operation === 'replace'; at = byId.get(same.at(-1)!)) {
    if (at['parent-snapshot-id'] === undefined) break;
    same.push(String(at['parent-snapshot-id']));
  }
  return same;
}
