import type { DuckDBConnection } from '@duckdb/node-api';
import { MeshError } from '../../model/mesh-error.ts';
import type { FieldModel, SourceInputModel } from '../../model/mesh-model.ts';
import { convertScalar } from './source-column.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { quoteName, quotePaths } from './sql-text.ts';

type Drop = { readonly path: string; readonly absolute: string };
/** The type of each column by its name in small letters; `nested` for those that hold others. */
type Columns = ReadonlyMap<string, string>;

/** Parquet columns are matched by name; drops with other columns or types are read apart. */
export async function parquetSelect(
  connection: DuckDBConnection,
  input: SourceInputModel,
  files: readonly Drop[],
  relative: string,
): Promise<string> {
  const groups = new Map<string, { columns: Columns; files: Drop[] }>();
  for (const [file, columns] of await readColumns(connection, files)) {
    const key = JSON.stringify([...columns]);
    const group = groups.get(key) ?? { columns, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  const selects = [...groups.values()].map(({ columns, files }) => {
    checkColumns(input, columns, files[0]!);
    const fields = input.fields.map((field) => `${columnOf(field, columns)} AS ${quoteName(field.name)}`);
    const paths = quotePaths(files.map(({ absolute }) => absolute));
    return `SELECT ${fields.join(', ')}, ${relative} FROM read_parquet(${paths}, filename = true, hive_partitioning = false)`;
  });
  return selects.join(' UNION ALL ');
}

function columnOf(field: FieldModel, columns: Columns): string {
  const column = quoteName(field.name);
  const target = duckdbType(field.type);
  const type = columns.get(field.name.toLowerCase());
  if (type === undefined) return `NULL::${target}`;
  if (type === 'nested') return `CAST(${column} AS ${target})`;
  return type === target.replaceAll(', ', ',') ? column : convertScalar(field, column, type);
}

async function readColumns(connection: DuckDBConnection, files: readonly Drop[]): Promise<Map<Drop, Columns>> {
  const found = new Map<Drop, Columns>();
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

function checkColumns(input: SourceInputModel, columns: Columns, { path }: Drop): void {
  const refused = (message: string, fix: string, field?: string) =>
    new MeshError({ code: 'wrong-columns', message, where: { port: input.name, field, file: path }, fix });
  const missing = input.fields.filter(({ name, required }) => required && !columns.has(name.toLowerCase()));
  const hasSome = input.fields.some(({ name }) => columns.has(name.toLowerCase()));
  if (missing.length > 0 || !hasSome) {
    const names = (missing.length > 0 ? missing : input.fields).map(({ name }) => name);
    const has = [...columns.keys()].slice(0, 12).map((name) => `\`${name}\``);
    const more = columns.size > has.length ? `, … (${columns.size} columns)` : '';
    throw refused(`it has ${has.join(', ')}${more}; missing: ${names.join(', ')}`, 'write the drop with them');
  }
  for (const { name, type } of input.fields) {
    const found = columns.get(name.toLowerCase());
    const isNested = type.kind === 'list' || type.kind === 'struct' || type.kind === 'map';
    if (found === undefined || (found === 'nested') === isNested) continue;
    const message = `its column is ${found === 'nested' ? 'nested' : found}, declared as ${type.kind}`;
    throw refused(message, 'write the drop as declared, or declare the field as it is', name);
  }
}
