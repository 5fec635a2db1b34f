import { GetTableCommand } from '@aws-sdk/client-glue';
import { currentPace } from '../pace.ts';
import { compacted, readMetadata, snapshotsById } from './iceberg-file.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** Where a product keeps one port's state. */
export interface StateTable {
  readonly database: string;
  readonly table: string;
}

/** What an Iceberg table is at now. Plain JSON. */
export interface TableSnapshots {
  /** Absent when nothing was ever written to it. */
  readonly current?: string;
  /** The snapshots that hold the same rows as the current one: itself, and those that it only compacted. */
  readonly same: readonly string[];
  /** Of the current one's files. */
  readonly bytes: number;
  /** What it has, if it says so: a table may have got more since, which Athena does not find in an older snapshot. */
  readonly columns?: readonly string[];
  /** The metadata file that says so. */
  readonly metadata: string;
}

/**
 * What a table is at, by its metadata file. Athena could be asked for `t$snapshots` and `t$files`, but it refuses tables
 * of which Lake Formation filters rows or cells: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg.html
 * (restricted metadata). `name` is of its step.
 */
export function readSnapshots(
  { glue, s3 }: Pick<WarehouseContext, 'glue' | 's3'>,
  { database, table }: StateTable,
  name: string,
): Promise<TableSnapshots> {
  return currentPace().step(name, async () => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
    const location = Table?.Parameters?.metadata_location ?? '';
    const metadata = await readMetadata(s3, location);
    const byId = snapshotsById(metadata);
    const current = String(metadata['current-snapshot-id'] ?? '');
    const at = byId.get(current);
    // Of a table without rows writers say -1, or nothing.
    if (!at) return { same: [], bytes: 0, metadata: location };
    const bytes = Number(at.summary?.['total-files-size'] ?? 0);
    const schema = metadata.schemas?.find((each) => String(each['schema-id']) === String(at['schema-id']));
    const columns = schema?.fields.map((field) => field.name);
    return { current, same: compacted(current, byId), bytes, columns, metadata: location };
  });
}
