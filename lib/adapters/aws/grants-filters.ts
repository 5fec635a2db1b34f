import {
  CreateDataCellsFilterCommand,
  type DataCellsFilter,
  DeleteDataCellsFilterCommand,
  type LakeFormationClient,
  paginateListDataCellsFilter,
  UpdateDataCellsFilterCommand,
} from '@aws-sdk/client-lakeformation';
import { canonicalJson } from '../../model/content-hash.ts';
import { isNamed, retryConcurrent } from './lake-formation-retry.ts';

/** The filters of one table. */
export async function listFilters(
  client: LakeFormationClient,
  account: string,
  database: string,
  table: string,
): Promise<DataCellsFilter[]> {
  const filters: DataCellsFilter[] = [];
  const Table = { CatalogId: account, DatabaseName: database, Name: table };
  for await (const page of paginateListDataCellsFilter({ client }, { Table })) {
    filters.push(...(page.DataCellsFilters ?? []));
  }
  return filters;
}

/** Makes the filters that are not there, and mends those that somebody changed. */
export async function putFilters(
  client: LakeFormationClient,
  desired: readonly DataCellsFilter[],
  present: readonly DataCellsFilter[],
): Promise<void> {
  for (const filter of desired) {
    const found = present.find((each) => keyOf(each) === keyOf(filter));
    if (found && contentOf(found) === contentOf(filter)) continue;
    await retryConcurrent(async () => {
      if (found) return void (await client.send(new UpdateDataCellsFilterCommand({ TableData: filter })));
      try {
        await client.send(new CreateDataCellsFilterCommand({ TableData: filter }));
      } catch (thrown) {
        // Another reconciliation made it, of the same content: that is in its name.
        if (!isNamed(thrown, 'AlreadyExistsException')) throw thrown;
      }
    });
  }
}

/** Deletes the filters that nothing needs any longer; grants on them are gone before. */
export async function deleteFilters(
  client: LakeFormationClient,
  desired: readonly DataCellsFilter[],
  present: readonly DataCellsFilter[],
): Promise<void> {
  const wanted = new Set(desired.map(keyOf));
  for (const filter of present) {
    if (wanted.has(keyOf(filter))) continue;
    const { TableCatalogId, DatabaseName, TableName, Name } = filter;
    await retryConcurrent(async () => {
      try {
        await client.send(new DeleteDataCellsFilterCommand({ TableCatalogId, DatabaseName, TableName, Name }));
      } catch (thrown) {
        if (!isNamed(thrown, 'EntityNotFoundException')) throw thrown;
      }
    });
  }
}

function keyOf({ DatabaseName, TableName, Name }: DataCellsFilter): string {
  return `${DatabaseName} ${TableName} ${Name}`;
}

function contentOf({ RowFilter, ColumnNames, ColumnWildcard }: DataCellsFilter): string {
  const excluded = [...(ColumnWildcard?.ExcludedColumnNames ?? [])].sort();
  const columns = ColumnNames?.length ? [...ColumnNames].sort() : null;
  // A filter of all rows is listed with an expression that is always true.
  const expression = RowFilter?.FilterExpression;
  const rows = RowFilter?.AllRowsWildcard || !expression || expression.toUpperCase() === 'TRUE' ? null : expression;
  return canonicalJson({ columns, excluded, rows });
}
