import type { DataRow } from '../../../ports/warehouse.ts';
import type { Athena } from '../athena/athena.ts';
import { quoteTable } from './sql-text.ts';

/** Where a product keeps one port's state. */
export interface StateTable {
  readonly database: string;
  readonly table: string;
}

/** What an Iceberg table is at now. */
export interface TableSnapshots {
  /** Absent when nothing was ever written to it. */
  readonly current?: string;
  /** The snapshots that hold the same rows as the current one: itself, and those that it only compacted. */
  readonly same: readonly string[];
}

export interface TableSize {
  readonly rows: number;
  readonly bytes: number;
}

/** Asks what a table is at. `name` is of the statement's steps. */
export async function readSnapshots(
  athena: Athena,
  { database, table }: StateTable,
  name: string,
): Promise<TableSnapshots> {
  const rows = await athena.all({ name, sql: snapshotsSelect(database, table), database });
  return followSnapshots(rows);
}

/** Asks what a table is at, and how large it is. */
export async function readSize(
  athena: Athena,
  { database, table }: StateTable,
  name: string,
): Promise<TableSnapshots & TableSize> {
  const sql =
    `SELECT m.*, c.n, f.bytes FROM (${snapshotsSelect(database, table)}) AS m ` +
    `CROSS JOIN (SELECT count(*) AS n FROM ${quoteTable(database, table)}) AS c ` +
    `CROSS JOIN (SELECT sum(file_size_in_bytes) AS bytes FROM ${quoteTable(database, `${table}$files`)}) AS f`;
  const rows = await athena.all({ name, sql, database });
  return { ...followSnapshots(rows), rows: Number(rows[0]?.n ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
}

function snapshotsSelect(database: string, table: string): string {
  return `SELECT snapshot_id AS id, parent_id AS parent, operation, committed_at AS at FROM ${quoteTable(database, `${table}$snapshots`)}`;
}

/** Of a table that nobody sets back, the current snapshot is the one that is no other's parent. */
function followSnapshots(rows: readonly DataRow[]): TableSnapshots {
  const parents = new Set(rows.map(({ parent }) => parent));
  const [last] = rows.filter(({ id }) => !parents.has(id)).sort((a, b) => (String(a.at) < String(b.at) ? 1 : -1));
  if (!last) return { same: [] };
  const same: string[] = [];
  for (let at: DataRow | undefined = last; at; at = rows.find(({ id }) => id === at!.parent)) {
    same.push(String(at.id));
    // Compaction writes the same rows anew.
    if (at.operation !== 'replace') break;
    if (at.parent) same.push(String(at.parent));
  }
  return { current: String(last.id), same };
}
