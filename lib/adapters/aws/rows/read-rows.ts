import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { eachRow } from '../../../model/each-row.ts';
import type { Binding, DataRow, PortBinding, SourceBinding } from '../../../ports/warehouse.ts';
import type { Athena } from '../athena/athena.ts';
import { beginAnew } from '../athena/begin-anew.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import { type Pace, withPace } from '../pace.ts';
import { portRelation, type RowFilters } from '../warehouse/relations.ts';
import { quoteNames, quoteText } from '../warehouse/sql-text.ts';
import { removePrefix } from '../warehouse/staging.ts';
import { wireSelect } from '../wire-type.ts';
import { inNumberedOrder, ROW_NUMBER } from './numbered-rows.ts';
import { createDropStore, objectBuffer, type StoredObject } from './object-bytes.ts';
import { readWire } from './parquet-reader.ts';
import { readDrop } from './read-drop.ts';
import { sortRows } from './sort-rows.ts';

export interface ReadRowsContext {
  readonly athena: Pick<Athena, 'run'>;
  readonly s3: S3Client;
  readonly bucket: string;
  /** What Athena looks up unqualified names in. @default the database that is read */
  readonly database?: string;
  readonly rowFilters?: RowFilters;
}

/**
 * The rows of a pinned input as a stream, sorted when asked: of a port as Athena unloads them, of a source as its drops
 * are read. What lies in between is in a folder of its own, and gone when the reading ends, early or not.
 */
export function readRows(
  context: ReadRowsContext,
  binding: Binding,
  orderBy: readonly string[] = [],
): AsyncIterable<DataRow> {
  return eachRow({
    [Symbol.asyncIterator]: () =>
      (binding.kind === 'port' ? readPort(context, binding, orderBy) : readSource(context, binding, orderBy))[
        Symbol.asyncIterator
      ](),
  });
}

/**
 * A transformation holds its rows in this process: it can't be suspended while it reads, and what it reads is made
 * anew when it begins anew.
 */
const IN_PROCESS: Pace = {
  step: (_name, work) => work(),
  wait: (_name, seconds) => pause(seconds * 1000),
};

async function* readPort(
  { athena, s3, bucket, database, rowFilters }: ReadRowsContext,
  binding: PortBinding,
  orderBy: readonly string[],
): AsyncGenerator<readonly DataRow[]> {
  if (binding.snapshot.length === 0) return;
  const prefix = readingPrefix(binding.name);
  const { fields } = binding;
  const number =
    orderBy.length > 0
      ? [`row_number() OVER (ORDER BY ${quoteNames(orderBy)}) AS ${quoteNames([ROW_NUMBER.name])}`]
      : [];
  const select = wireSelect(fields, `(${portRelation(binding, rowFilters)}\n) AS made`, number);
  try {
    const named = { name: `read ${binding.name}`, database: database ?? binding.database };
    const folder = await withPace(IN_PROCESS, () => unload(athena, named, select, bucket, prefix));
    const files = await objectsBelow(s3, bucket, folder);
    if (orderBy.length === 0) for (const file of files) yield* readWire(objectBuffer(s3, file), fields);
    else yield* inNumberedOrder(files.map((file) => readWire(objectBuffer(s3, file), [...fields, ROW_NUMBER])));
  } finally {
    await removePrefix(s3, bucket, prefix);
  }
}

/** Has Athena write rows below a prefix, and says in which folder: each attempt has one of its own. */
function unload(
  athena: Pick<Athena, 'run'>,
  named: { readonly name: string; readonly database: string },
  select: string,
  bucket: string,
  prefix: string,
): Promise<string> {
  return beginAnew(named.name, async (attempt) => {
    const folder = `${prefix}${attempt}/`;
    const sql = `UNLOAD (${select}) TO ${quoteText(`s3://${bucket}/${folder}`)} WITH (format = 'PARQUET', compression = 'SNAPPY')`;
    await athena.run({ ...named, sql, token: folder, attempts: 1 });
    return folder;
  });
}

async function* readSource(
  { s3, bucket }: ReadRowsContext,
  { name, input, files }: SourceBinding,
  orderBy: readonly string[],
): AsyncGenerator<readonly DataRow[]> {
  const names = input.fields.map((field) => field.name);
  const store = createDropStore(s3, bucket);
  const rows = async function* () {
    for (const file of files) {
      for await (const chunk of readDrop(store, input, file)) yield chunk.map((row) => only(row, names));
    }
  };
  if (orderBy.length === 0) return yield* rows();
  const prefix = readingPrefix(name);
  const open = async (folder: string) =>
    (await objectsBelow(s3, bucket, folder)).map((file) => readWire(objectBuffer(s3, file), input.fields));
  try {
    yield* sortRows({ s3, bucket, prefix, open }, input.fields, orderBy, rows());
  } finally {
    await removePrefix(s3, bucket, prefix);
  }
}

/** A folder for one reading; what a dead process leaves there expires with staging. */
function readingPrefix(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${BUCKET_LAYOUT.staging}read/${randomUUID()}/${hash}/`;
}

/** Files of rows, by name; Athena's of nothing are of no use. */
async function objectsBelow(s3: S3Client, bucket: string, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, Size = 0 } of Contents) if (Size > 0) found.push({ bucket, key: Key!, bytes: Size });
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function only(row: DataRow, names: readonly string[]): DataRow {
  const made: DataRow = {};
  for (const name of names) made[name] = row[name];
  return made;
}
