import type { DataCellsFilter, Permission, Resource } from '@aws-sdk/client-lakeformation';
import type { GrantedReading } from '../../flow/find-readings.ts';
import { contentHash } from '../../model/content-hash.ts';
import { BUCKET_LAYOUT } from './aws.binding.ts';

/** What the permissions on a product's data follow from. */
export interface DesiredOptions {
  readonly database: string;
  readonly account: string;
  readonly bucket: string;
  readonly runRoleArn?: string;
  /** The role by which Glue looks after the tables. */
  readonly locationRoleArn?: string;
  /** The role of the owner's people. */
  readonly ownerRoleArn?: string;
  /** The port tables that there are. */
  readonly tables: ReadonlySet<string>;
  /** What others may read, and by which role. */
  readonly readings: readonly { readonly principal: string; readonly reading: GrantedReading }[];
}

/** One principal's permissions on one resource, as they should be. */
export interface DesiredPermissions {
  readonly principal: string;
  readonly resource: Resource;
  readonly permissions: readonly Permission[];
}

/** Everything that Lake Formation should know about a product's data, and nothing else should be there. */
export interface Desired {
  readonly permissions: readonly DesiredPermissions[];
  readonly filters: readonly DataCellsFilter[];
}

/** What whoever writes a table needs; its columns and its life are the registrar's. */
const ALL_ON_ROWS = ['ALTER', 'DELETE', 'DESCRIBE', 'INSERT', 'SELECT'] as const;

/**
 * The permissions on a product's own database, tables and location.
 *
 * | who | on | permissions |
 * |---|---|---|
 * | its run role | the database | `CREATE_TABLE`, `DESCRIBE` |
 * | | its tables | `SELECT`, `INSERT`, `DELETE`, `ALTER`, `DESCRIBE` |
 * | | its location | `DATA_LOCATION_ACCESS` |
 * | its location's role, for Glue's optimizers | its tables | `SELECT`, `INSERT`, `DELETE`, `ALTER`, `DESCRIBE` |
 * | the owner's role | the database | `DESCRIBE` |
 * | | its tables, quarantined ones included | `SELECT`, `DESCRIBE` |
 * | who was granted a whole port | the table | `SELECT`, `DESCRIBE` |
 * | who was granted a part of it | a filter of these columns and rows | `SELECT` |
 */
export function desiredPermissions(options: DesiredOptions): Desired {
  const { database, account, bucket, runRoleArn, locationRoleArn, ownerRoleArn } = options;
  const filters = new Map<string, DataCellsFilter>();
  const permissions: DesiredPermissions[] = [];
  const allTables: Resource = { Table: { DatabaseName: database, TableWildcard: {} } };
  if (runRoleArn) {
    const principal = runRoleArn;
    const location = { DataLocation: { ResourceArn: locationArn(bucket) } };
    permissions.push(
      { principal, resource: { Database: { Name: database } }, permissions: ['CREATE_TABLE', 'DESCRIBE'] },
      { principal, resource: allTables, permissions: ALL_ON_ROWS },
      { principal, resource: location, permissions: ['DATA_LOCATION_ACCESS'] },
    );
  }
  if (locationRoleArn) permissions.push({ principal: locationRoleArn, resource: allTables, permissions: ALL_ON_ROWS });
  if (ownerRoleArn) {
    const principal = ownerRoleArn;
    permissions.push(
      { principal, resource: { Database: { Name: database } }, permissions: ['DESCRIBE'] },
      { principal, resource: allTables, permissions: ['DESCRIBE', 'SELECT'] },
    );
  }
  for (const { principal, reading } of options.readings) {
    if (!options.tables.has(reading.table)) continue;
    if (reading.columns === undefined && reading.rows === undefined) {
      const resource = { Table: { DatabaseName: database, Name: reading.table } };
      permissions.push({ principal, resource, permissions: ['DESCRIBE', 'SELECT'] });
      continue;
    }
    const filter = filterOf(account, database, reading);
    filters.set(`${filter.TableName} ${filter.Name}`, filter);
    const { TableCatalogId, DatabaseName, TableName, Name } = filter;
    const resource = { DataCellsFilter: { TableCatalogId, DatabaseName, TableName, Name } };
    permissions.push({ principal, resource, permissions: ['SELECT'] });
  }
  return { permissions, filters: [...filters.values()] };
}

/** What of a product's bucket is under Lake Formation, as it is registered. */
export function locationArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}/${BUCKET_LAYOUT.data}`.replace(/\/$/, '');
}

/** A filter whose name says what it shows: another content is another filter, so changing one is never half done. */
function filterOf(account: string, database: string, { table, columns, rows }: GrantedReading): DataCellsFilter {
  return {
    TableCatalogId: account,
    DatabaseName: database,
    TableName: table,
    Name: `mesh_${contentHash({ columns: columns ?? null, rows: rows ?? null }).slice(0, 24)}`,
    RowFilter: rows === undefined ? { AllRowsWildcard: {} } : { FilterExpression: rows },
    ...(columns ? { ColumnNames: [...columns] } : { ColumnWildcard: {} }),
  };
}
