import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldModel, SourceInputModel } from '../../model/mesh-model.ts';
import { checkParquetColumns, type ParquetColumns } from '../../model/parquet-columns.ts';
import { convertScalar } from './source-column.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { quoteName, quotePaths } from './sql-text.ts';

type Drop = { readonly path: string; readonly absolute: string };

/** Parquet columns are matched by name; drops with other columns or types are read apart. */
export async function parquetSelect(
  connection: DuckDBConnection,
  input: SourceInputModel,
  files: readonly Drop[],
  relative: string,
): Promise<string> {
  const groups = new Map<string, { columns: ParquetColumns; files: Drop[] }>();
  for (const [file, columns] of await readColumns(connection, files)) {
    const key = JSON.stringify([...columns]);
    const group = groups.get(key) ?? { columns, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  const selects = [...groups.values()].map(({ columns, files }) => {
    checkParquetColumns(input, files[0]!.path, columns);
    const fields = input.fields.map((field) => `${columnOf(field, columns)} AS ${quoteName(field.name)}`);
    const paths = quotePaths(files.map(({ absolute }) => absolute));
    return `SELECT ${fields.join(', ')}, ${relative} FROM read_parquet(${paths}, filename = true, hive_partitioning = false)`;
  });
  return selects.join(' UNION ALL ');
}

function columnOf(field: FieldModel, columns: ParquetColumns): string {
  const column = quoteName(field.name);
  const target = duckdbType(field.type);
  const type = columns.get(field.name.toLowerCase());
  if (type === undefined) return `NULL::${target}`;
  if (type === 'nested') return `CAST(${column} AS ${target})`;
  return type === target.replaceAll(', ', ',') ? column : convertScalar(field, column, type);
}

async function readColumns(connection: DuckDBConnection, files: readonly Drop[]): Promise<Map<Drop, ParquetColumns>> {
  const found = new Map<Drop, ParquetColumns>();
  const byPath = new Map(files.map((file) => [file.absolute, file]));
  const paths = quotePaths(files.map(({ absolute }) => absolute));
  const reader = await connection.runAndReadAll(
    `SELECT file_name, name, num_children, duckdb_type FROM parquet_schema(${paths})`,
  );
  /** Elements of nested columns that are still to be passed over. */
  let inside = 0;
  let columns = new Map<string, string>();
  let last: string | undefined;
  for (const [file, name, children, type] of reader.getRows()) {
    const held = Number(children ?? 0);
    if (file !== last) {
      // The first element is the whole row.
      last = String(file);
      columns = new Map();
      found.set(byPath.get(last)!, columns);
      inside = 0;
    } else if (inside > 0) {
      inside += held - 1;
    } else {
      columns.set(String(name).toLowerCase(), held > 0 ? 'nested' : String(type));
      inside = held;
    }
  }
  return found;
}
