import type { Permission, PrincipalResourcePermissions, Resource } from '@aws-sdk/client-lakeformation';

/** One principal's permissions on one resource. */
export interface HeldPermissions {
  readonly principal: string;
  readonly resource: Resource;
  readonly permissions: readonly Permission[];
  /** Those that it may pass on. */
  readonly grantable: readonly Permission[];
}

/** Everybody whom IAM lets use Glue: what Lake Formation calls whoever has no grant of its own. */
export const IAM_ALLOWED_PRINCIPALS = 'IAM_ALLOWED_PRINCIPALS';
/** How Lake Formation lists a permission on all tables of a database. */
const ALL_TABLES = 'ALL_TABLES';

export function heldPermissions(listed: PrincipalResourcePermissions): HeldPermissions {
  return {
    principal: listed.Principal?.DataLakePrincipalIdentifier ?? '',
    resource: revocable(listed.Resource ?? {}),
    permissions: listed.Permissions ?? [],
    grantable: listed.PermissionsWithGrantOption ?? [],
  };
}

/**
 * What a resource is, whichever way it is said: a grant of SELECT on a table is listed as one on all its columns, and
 * one on all tables as one on a table of a name that no table has.
 */
export function resourceKey(resource: Resource): string {
  const { Database, Table, TableWithColumns, DataCellsFilter, DataLocation } = resource;
  if (Database) return `database ${Database.Name}`;
  if (Table) return `table ${Table.DatabaseName} ${Table.Name === ALL_TABLES ? '*' : (Table.Name ?? '*')}`;
  if (TableWithColumns) {
    const { DatabaseName, Name, ColumnNames, ColumnWildcard } = TableWithColumns;
    const excluded = ColumnWildcard?.ExcludedColumnNames ?? [];
    if (!ColumnNames?.length && excluded.length === 0) {
      return `table ${DatabaseName} ${Name === ALL_TABLES ? '*' : Name}`;
    }
    return `columns ${DatabaseName} ${Name} ${JSON.stringify([[...(ColumnNames ?? [])].sort(), [...excluded].sort()])}`;
  }
  if (DataCellsFilter)
    return `filter ${DataCellsFilter.DatabaseName} ${DataCellsFilter.TableName} ${DataCellsFilter.Name}`;
  if (DataLocation) return `location ${DataLocation.ResourceArn?.replace(/\/$/, '')}`;
  return JSON.stringify(resource);
}

/** A resource as a revocation takes it: as it was listed, but for the name that stands for all tables. */
function revocable(resource: Resource): Resource {
  const { Table, TableWithColumns } = resource;
  const all = [Table, TableWithColumns].find((each) => each?.Name === ALL_TABLES);
  if (!all) return resource;
  return { Table: { CatalogId: all.CatalogId, DatabaseName: all.DatabaseName, TableWildcard: {} } };
}
