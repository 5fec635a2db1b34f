import type { DuckDBConnection } from '@duckdb/node-api';
import type { SourceInputModel } from '../../model/mesh-model.ts';
import { SOURCE_FILE } from '../../model/names.ts';
import { checkGzip } from './check-gzip.ts';
import { LONGEST_RECORD_BYTES, readHeader } from './csv-header.ts';
import { parquetSelect } from './parquet-select.ts';
import { sourceColumn } from './source-column.ts';
import { emptySelect, quoteName, quotePaths, quoteText } from './sql-text.ts';

/**
 * A SELECT of a source's rows: its fields by name, as declared, and the drop's path. Columns that the contract does
 * not know are left out; a missing column is null.
 */
export async function sourceSelect(
  connection: DuckDBConnection,
  input: SourceInputModel,
  files: readonly { path: string; absolute: string }[],
  landing: string,
): Promise<string> {
  const path = { name: SOURCE_FILE, type: { kind: 'string' } } as const;
  if (files.length === 0) return emptySelect([...input.fields, path]);
  const relative = `substr(filename, ${landing.length + 2}) AS ${quoteName(SOURCE_FILE)}`;
  if (input.format === 'parquet') return parquetSelect(connection, input, files, relative);
  await checkGzip(input, files);
  const fields = input.fields.map((field) => sourceColumn(field, 'csv').select).join(', ');
  if (input.format === 'csv') return csvSelect(input, files, fields, relative);
  const columns = input.fields.map((field) => ({ name: field.name, ...sourceColumn(field, 'ndjson') }));
  const types = columns.map(({ name, readType }) => `${quoteText(name)}: ${quoteText(readType)}`).join(', ');
  const paths = quotePaths(files.map(({ absolute }) => absolute));
  return (
    `SELECT ${columns.map(({ select }) => select).join(', ')}, ${relative} FROM read_json(${paths}, ` +
    `format = 'newline_delimited', columns = {${types}}, filename = true, hive_partitioning = false, ` +
    `maximum_object_size = ${LONGEST_RECORD_BYTES})`
  );
}

/** CSV columns are matched by their header, never by position; drops with other headers are read apart. */
async function csvSelect(
  input: SourceInputModel,
  files: readonly { path: string; absolute: string }[],
  fields: string,
  relative: string,
): Promise<string> {
  const types = new Map(input.fields.map((field) => [field.name, sourceColumn(field, 'csv').readType]));
  const groups = new Map<string, { header: readonly string[]; paths: string[] }>();
  for (const file of files) {
    const header = input.header ? await readHeader(input, file) : [...types.keys()];
    const key = JSON.stringify(header);
    const group = groups.get(key) ?? { header, paths: [] };
    group.paths.push(file.absolute);
    groups.set(key, group);
  }
  const selects = [...groups.values()].map(({ header, paths }) => {
    const columns = header.map(
      (name, index) => `${quoteText(types.has(name) ? name : `?${index}`)}: ${quoteText(types.get(name) ?? 'VARCHAR')}`,
    );
    const absent = [...types]
      .filter(([name]) => !header.includes(name))
      .map(([name, type]) => `NULL::${type} AS ${quoteName(name)}`);
    const from =
      `FROM read_csv(${quotePaths(paths)}, auto_detect = false, columns = {${columns.join(', ')}}, header = ${input.header}, ` +
      `delim = ${quoteText(input.delimiter)}, quote = '"', escape = '"', encoding = ${quoteText(input.encoding)}, ` +
      `strict_mode = true, null_padding = false, filename = true, hive_partitioning = false, max_line_size = ${LONGEST_RECORD_BYTES})`;
    if (absent.length === 0) return `SELECT ${fields}, ${relative} ${from}`;
    return `SELECT ${fields}, ${relative} FROM (SELECT *, ${absent.join(', ')} ${from})`;
  });
  return selects.join(' UNION ALL ');
}
