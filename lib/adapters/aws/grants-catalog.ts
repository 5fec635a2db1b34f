import { type GlueClient, paginateGetTables } from '@aws-sdk/client-glue';
import {
  type DataCellsFilter,
  GetDataLakeSettingsCommand,
  type LakeFormationClient,
  paginateListPermissions,
  type Resource,
} from '@aws-sdk/client-lakeformation';
import { locationArn } from './grants-desired.ts';
import { listFilters } from './grants-filters.ts';
import { type HeldPermissions, heldPermissions } from './grants-permission.ts';
import { isNamed } from './lake-formation-retry.ts';

export interface CatalogOptions {
  readonly account: string;
  readonly glue: GlueClient;
  readonly lakeFormation: LakeFormationClient;
}

/** Names of tables that only a run sees, for as long as it lasts. */
const STAGING = /^staging_/;

/** The tables of a database, but for those of runs; undefined when there is no such database. */
export async function listTables({ glue }: CatalogOptions, database: string): Promise<string[] | undefined> {
  const tables: string[] = [];
  try {
    for await (const page of paginateGetTables({ client: glue }, { DatabaseName: database })) {
      tables.push(...(page.TableList ?? []).map(({ Name }) => Name!).filter((name) => !STAGING.test(name)));
    }
  } catch (thrown) {
    if (isNamed(thrown, 'EntityNotFoundException')) return undefined;
    throw thrown;
  }
  return tables;
}

/** Whoever administers the data lake: what they hold is not the mesh's to take. */
export async function listAdmins({ lakeFormation }: CatalogOptions): Promise<ReadonlySet<string>> {
  const { DataLakeSettings } = await lakeFormation.send(new GetDataLakeSettingsCommand({}));
  const { DataLakeAdmins = [], ReadOnlyAdmins = [] } = DataLakeSettings ?? {};
  return new Set([...DataLakeAdmins, ...ReadOnlyAdmins].map((admin) => admin.DataLakePrincipalIdentifier ?? ''));
}

/** Everything that anybody holds on a product's database, tables and location, and the filters of its tables. */
export async function listHeld(
  options: CatalogOptions,
  database: string,
  bucket: string,
  tables: readonly string[],
): Promise<{ held: HeldPermissions[]; filters: DataCellsFilter[] }> {
  const { account, lakeFormation } = options;
  const held = [
    ...(await list(lakeFormation, { Database: { Name: database } })),
    ...(await list(lakeFormation, { Table: { DatabaseName: database, TableWildcard: {} } })),
    ...(await list(lakeFormation, { DataLocation: { ResourceArn: locationArn(bucket) } })),
  ];
  const filters: DataCellsFilter[] = [];
  for (const table of tables) {
    held.push(...(await list(lakeFormation, { Table: { DatabaseName: database, Name: table } })));
    filters.push(...(await listFilters(lakeFormation, account, database, table)));
  }
  return { held, filters };
}

async function list(lakeFormation: LakeFormationClient, resource: Resource): Promise<HeldPermissions[]> {
  const held: HeldPermissions[] = [];
  const request = { Resource: resource, ...(resource.Table?.Name && { IncludeRelated: 'TRUE' }) };
  for await (const page of paginateListPermissions({ client: lakeFormation }, request)) {
    held.push(...(page.PrincipalResourcePermissions ?? []).map(heldPermissions));
  }
  return held;
}
