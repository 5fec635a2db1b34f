import { createHash } from 'node:crypto';
import {
  DeleteTableCommand,
  EntityNotFoundException,
  type GlueClient,
  paginateGetTables,
  type Table,
} from '@aws-sdk/client-glue';
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { BUCKET_LAYOUT } from '../aws.binding.ts';

/** The table of a run's rows for one port, or of one input's (`input_<name>`). */
export function stagingTable(runId: string, part: string): string {
  return `${stagingTables(runId)}${part}`;
}

/** What the names of all tables of a run begin with. */
export function stagingTables(runId: string): string {
  return `staging_${createHash('sha256').update(runId).digest('hex').slice(0, 12)}_`;
}

/** Where a run's rows for one part are, within the bucket. */
export function stagingPrefix(runId: string, part?: string): string {
  return `${BUCKET_LAYOUT.staging}${runId}/${part === undefined ? '' : `${part}/`}`;
}

/** All tables of a database whose names begin so; none when there is no database. */
export async function tablesNamed(glue: GlueClient, database: string, beginning: string): Promise<readonly Table[]> {
  const found: Table[] = [];
  try {
    for await (const { TableList = [] } of paginateGetTables({ client: glue }, { DatabaseName: database }))
      found.push(...TableList.filter(({ Name }) => Name?.startsWith(beginning)));
  } catch (thrown) {
    if (!(thrown instanceof EntityNotFoundException)) throw thrown;
  }
  return found;
}

/**
 * One table of a database, or undefined. By listing: of a table that is not there Lake Formation says that it may not be
 * described, as of one that is somebody else's.
 */
export async function findTable(glue: GlueClient, database: string, table: string): Promise<Table | undefined> {
  return (await tablesNamed(glue, database, table)).find(({ Name }) => Name === table);
}

/** Takes a table out of the catalog, if it is there. */
export async function dropTable(glue: GlueClient, database: string, table: string): Promise<void> {
  if (!(await findTable(glue, database, table))) return;
  try {
    await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: table }));
  } catch (thrown) {
    if (!(thrown instanceof EntityNotFoundException)) throw thrown;
  }
}

/** The keys of all objects under a prefix. */
export async function keysBelow(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    for (const { Key } of Contents) if (Key !== undefined) keys.push(Key);
  return keys;
}

/** Removes objects; as many as S3 takes at once. */
export async function removeKeys(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const MOST_AT_ONCE = 1_000;
  for (let from = 0; from < keys.length; from += MOST_AT_ONCE) {
    const Objects = keys.slice(from, from + MOST_AT_ONCE).map((Key) => ({ Key }));
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors.length > 0) throw new Error(`S3 keeps ${Errors[0]!.Key}: ${Errors[0]!.Message}`);
  }
}

/** Removes all objects under a prefix. */
export async function removePrefix(s3: S3Client, bucket: string, prefix: string): Promise<void> {
  await removeKeys(s3, bucket, await keysBelow(s3, bucket, prefix));
}
