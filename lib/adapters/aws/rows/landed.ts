import { createHash } from 'node:crypto';
import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ProductModel } from '../../../model/mesh-model.ts';
import { SOURCE_FILE } from '../../../model/names.ts';
import type { SourceFile } from '../../../ports/publication.ts';
import type { SourceBinding } from '../../../ports/warehouse.ts';
import { currentPace } from '../pace.ts';
import { fromWire } from '../warehouse/from-wire.ts';
import { emptySelect, quoteName, quoteTable } from '../warehouse/sql-text.ts';
import { findTable, stagingPrefix, stagingTable } from '../warehouse/staging.ts';
import { createDropStore } from './object-bytes.ts';
import { createParquetFiles } from './parquet-writer.ts';
import { readDrop } from './read-drop.ts';
import { createWireTable } from './wire-table.ts';

export interface LandedContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly bucket: string;
}

export interface LandedRequest {
  readonly product: ProductModel;
  readonly runId: string;
  readonly binding: SourceBinding;
}

/** Says of a table which drops are in it: it is made when all of them are. */
const DROPS = 'cdk-data-mesh:drops';
const GROUP_FILES = 100;
const GROUP_BYTES = 64 * 1024 * 1024;
const SOURCE_FILE_FIELD = { name: SOURCE_FILE, type: { kind: 'string' } } as const;

/**
 * Brings pinned drops where Athena can read them, once a run and some at a time, so that a run that dies goes on with
 * the next ones; gives the SELECT of their rows in the types that their source declares.
 */
export async function landedSelect(context: LandedContext, request: LandedRequest): Promise<string> {
  const { product, runId, binding } = request;
  const fields = [...binding.input.fields, SOURCE_FILE_FIELD];
  if (binding.files.length === 0) return emptySelect(fields);
  const table = stagingTable(runId, `input_${binding.name}`);
  await ingest(context, request, table);
  const columns = fields.map(({ name, type }) => `${fromWire(quoteName(name), type)} AS ${quoteName(name)}`);
  return `SELECT ${columns.join(', ')} FROM ${quoteTable(product.database, table)}`;
}

async function ingest({ s3, glue, bucket }: LandedContext, request: LandedRequest, table: string): Promise<void> {
  const { product, runId, binding } = request;
  const { name, input, files } = binding;
  const pace = currentPace();
  const digest = digestOf(binding);
  const isDone = await pace.step(`find ${name}`, () => hasDrops(glue, product.database, table, digest));
  if (isDone) return;
  const prefix = stagingPrefix(runId, `input_${name}`);
  const store = createDropStore(s3, bucket);
  for (const [index, group] of groupsOf(files).entries()) {
    await pace.step(`land ${name} ${index}`, async () => {
      const written = createParquetFiles(s3, {
        bucket,
        prefix: `${prefix}${String(index).padStart(5, '0')}-`,
        fields: [...input.fields, SOURCE_FILE_FIELD],
      });
      for (const file of group) {
        for await (const rows of readDrop(store, input, file)) {
          for (const row of rows) if (written.add(row)) await written.flush();
        }
      }
      return (await written.end()).rows;
    });
  }
  await pace.step(`table ${name}`, () =>
    createWireTable(glue, {
      database: product.database,
      table,
      location: `s3://${bucket}/${prefix}`,
      fields: [...input.fields, SOURCE_FILE_FIELD],
      parameters: { [DROPS]: digest },
    }),
  );
}

/** Drops that are brought in one step: a run has thousands of steps at most, and many small files are slow to read. */
function groupsOf(files: readonly SourceFile[]): SourceFile[][] {
  const groups: SourceFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = groups.at(-1);
    if (last && last.length < GROUP_FILES && bytes + file.bytes <= GROUP_BYTES) last.push(file);
    else {
      groups.push([file]);
      bytes = 0;
    }
    bytes += file.bytes;
  }
  return groups;
}

async function hasDrops(glue: GlueClient, database: string, table: string, digest: string): Promise<boolean> {
  return (await findTable(glue, database, table))?.Parameters?.[DROPS] === digest;
}

function digestOf({ input, files }: SourceBinding): string {
  const pinned = [input.fields.map(({ name, type }) => [name, type]), files.map(({ path, hash }) => [path, hash])];
  return createHash('sha256').update(JSON.stringify(pinned)).digest('hex');
}
