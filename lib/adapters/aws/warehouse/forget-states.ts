import { randomUUID } from 'node:crypto';
import { EntityNotFoundException, GetTableCommand, type Table, UpdateTableCommand } from '@aws-sdk/client-glue';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { stringify } from 'lossless-json';
import { isNamed } from '../lake-formation-retry.ts';
import { compacted, type Exact, type Metadata, placeOf, readMetadata, snapshotsById } from './iceberg-file.ts';
import type { StateTable } from './table-snapshots.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** As many earlier metadata files as Iceberg remembers by default. */
const MOST_EARLIER_FILES = 100;

/**
 * Takes those states out of a table that nobody needs, as Iceberg's own expiry does, but by name; their files are
 * orphans then, which Glue removes. What a dead run wrote last and never published goes too: whoever reads the table
 * directly sees the last published state again. A table that somebody else commits to meanwhile is left for next time.
 */
export async function forgetStates(
  { glue, s3 }: Pick<WarehouseContext, 'glue' | 's3'>,
  { database, table }: StateTable,
  keep: ReadonlySet<string>,
): Promise<void> {
  const found = await findTable({ glue }, { database, table });
  const from = found?.Parameters?.metadata_location;
  if (!found || from === undefined) return;
  const metadata = await readMetadata(s3, from);
  const next = withoutStates(metadata, keep, from);
  if (!next) return;
  const to = await writeMetadata(s3, next, from);
  const { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters } = found;
  const pointers = { metadata_location: to, previous_metadata_location: from };
  const TableInput = {
    ...{ Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType },
    Parameters: { ...Parameters, ...pointers },
  };
  const request = { DatabaseName: database, TableInput, VersionId: found.VersionId, SkipArchive: true };
  await glue.send(new UpdateTableCommand(request)).catch((thrown: unknown) => {
    if (!isNamed(thrown, 'ConcurrentModificationException')) throw thrown;
  });
}

/** The metadata without states that nobody needs; undefined when it has none. */
export function withoutStates(metadata: Metadata, keep: ReadonlySet<string>, from: string): Metadata | undefined {
  const { snapshots = [], refs = {} } = metadata;
  const idOf = (each: { readonly 'snapshot-id': Exact }) => String(each['snapshot-id']);
  const byId = snapshotsById(metadata);
  const named = Object.entries(refs).flatMap(([name, ref]) => (name === 'main' ? [] : [idOf(ref)]));
  const needed = new Set([...keep, ...named].filter((id) => byId.has(id)));
  // Before the first publication there is nothing to go back to.
  if (needed.size === 0) return undefined;
  const current = metadata['current-snapshot-id'] === undefined ? '' : String(metadata['current-snapshot-id']);
  const shown = compacted(current, byId);
  const isBack = !shown.some((id) => needed.has(id));
  if (!isBack) needed.add(current);
  const kept = snapshots.filter((snapshot) => needed.has(idOf(snapshot)));
  if (kept.length === snapshots.length) return undefined;
  const now = Math.max(Date.now(), Number(String(metadata['last-updated-ms'])) + 1);
  const log = contiguous(metadata['snapshot-log'] ?? [], needed);
  const earlier = { 'timestamp-ms': metadata['last-updated-ms'], 'metadata-file': from };
  const last = isBack ? kept.findLast((snapshot) => keep.has(idOf(snapshot)))?.['snapshot-id'] : undefined;
  const back = last && {
    'current-snapshot-id': last,
    refs: { ...refs, main: { ...refs.main, 'snapshot-id': last, type: 'branch' } },
    'snapshot-log': [...log, { 'timestamp-ms': now, 'snapshot-id': last }],
  };
  return {
    ...metadata,
    'last-updated-ms': now,
    snapshots: kept,
    'snapshot-log': log,
    ...back,
    'metadata-log': [...(metadata['metadata-log'] ?? []), earlier].slice(-MOST_EARLIER_FILES),
    ...(metadata.statistics && { statistics: metadata.statistics.filter((each) => needed.has(idOf(each))) }),
    ...(metadata['partition-statistics'] && {
      'partition-statistics': metadata['partition-statistics'].filter((each) => needed.has(idOf(each))),
    }),
  };
}

/** A log with a gap would tell a wrong history, so what is before a gap goes. */
function contiguous<Entry extends { readonly 'snapshot-id': Exact }>(
  log: readonly Entry[],
  needed: ReadonlySet<string>,
): readonly Entry[] {
  return log.slice(log.findLastIndex((entry) => !needed.has(String(entry['snapshot-id']))) + 1);
}

async function findTable(
  { glue }: Pick<WarehouseContext, 'glue'>,
  { database, table }: StateTable,
): Promise<Table | undefined> {
  try {
    return (await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }))).Table;
  } catch (thrown) {
    if (thrown instanceof EntityNotFoundException) return undefined;
    throw thrown;
  }
}

/** Beside the file it follows, whose number it counts on. */
async function writeMetadata(s3: S3Client, metadata: Metadata, from: string): Promise<string> {
  const { bucket, key } = placeOf(from);
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const number = Number(/^(\d+)-/.exec(key.slice(folder.length))?.[1] ?? 0) + 1;
  const name = `${folder}${String(number).padStart(5, '0')}-${randomUUID()}.metadata.json`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: stringify(metadata)! }));
  return `s3://${bucket}/${name}`;
}
