import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { MeshError } from '../../model/mesh-error.ts';
import type { SourceInputModel } from '../../model/mesh-model.ts';
import { SOURCE_FILE } from '../../model/names.ts';
import { sourceColumn } from './source-column.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { emptySelect, quoteName, quotePaths, quoteText } from './sql-text.ts';

/** A line, record or header longer than this is no record. */
export const LONGEST_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * A SELECT of a source's rows: its fields by name, as declared, and the drop's path. Columns that the contract does
 * not know are left out; a missing column is null.
 */
export async function sourceSelect(
  input: SourceInputModel,
  files: readonly { path: string; absolute: string }[],
  landing: string,
): Promise<string> {
  const path = { name: SOURCE_FILE, type: { kind: 'string' } } as const;
  if (files.length === 0) return emptySelect([...input.fields, path]);
  const relative = `substr(filename, ${landing.length + 2}) AS ${quoteName(SOURCE_FILE)}`;
  const paths = files.map(({ absolute }) => absolute);
  const fields = input.fields.map((field) => sourceColumn(field).select).join(', ');
  switch (input.format) {
    case 'csv':
      return csvSelect(input, files, fields, relative);
    case 'ndjson': {
      const columns = input.fields
        .map((field) => `${quoteText(field.name)}: ${quoteText(sourceColumn(field).readType)}`)
        .join(', ');
      return (
        `SELECT ${fields}, ${relative} FROM read_json(${quotePaths(paths)}, format = 'newline_delimited', ` +
        `columns = {${columns}}, filename = true, maximum_object_size = ${LONGEST_RECORD_BYTES})`
      );
    }
    case 'parquet': {
      const casts = input.fields.map(
        ({ name, type }) => `CAST(${quoteName(name)} AS ${duckdbType(type)}) AS ${quoteName(name)}`,
      );
      return `SELECT ${casts.join(', ')}, ${relative} FROM read_parquet(${quotePaths(paths)}, union_by_name = true, filename = true)`;
    }
  }
}

/** CSV columns are matched by their header, never by position; drops with other headers are read apart. */
async function csvSelect(
  input: SourceInputModel,
  files: readonly { path: string; absolute: string }[],
  fields: string,
  relative: string,
): Promise<string> {
  const types = new Map(input.fields.map((field) => [field.name, sourceColumn(field).readType]));
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
      (name, index) =>
        `${quoteText(types.has(name) ? name : `unknown_${index}`)}: ${quoteText(types.get(name) ?? 'VARCHAR')}`,
    );
    const absent = [...types]
      .filter(([name]) => !header.includes(name))
      .map(([name, type]) => `NULL::${type} AS ${quoteName(name)}`);
    const from =
      `FROM read_csv(${quotePaths(paths)}, auto_detect = false, columns = {${columns.join(', ')}}, header = ${input.header}, ` +
      `delim = ${quoteText(input.delimiter)}, quote = '"', escape = '"', encoding = ${quoteText(input.encoding)}, ` +
      `strict_mode = true, null_padding = false, filename = true, max_line_size = ${LONGEST_RECORD_BYTES})`;
    if (absent.length === 0) return `SELECT ${fields}, ${relative} ${from}`;
    return `SELECT ${fields}, ${relative} FROM (SELECT *, ${absent.join(', ')} ${from})`;
  });
  return selects.join(' UNION ALL ');
}

async function readHeader(
  input: SourceInputModel,
  file: { path: string; absolute: string },
): Promise<readonly string[]> {
  const line = await firstLine(file.absolute, input.encoding).catch((cause: NodeJS.ErrnoException) => {
    if (!/^Z_|header check/.test(`${cause.code}${cause.message}`)) throw cause;
    const where = { port: input.name, file: file.path };
    const message = `ends in \`.gz\`, but is not compressed so (${cause.message})`;
    throw new MeshError({ code: 'malformed-drop', message, where, fix: 'compress it with gzip, or rename it', cause });
  });
  const header = parseCsvLine(line, input.delimiter);
  const where = { port: input.name, file: file.path, line: 1 };
  const known = input.fields.map(({ name }) => name);
  if (line.trim() === '') {
    throw new MeshError({
      code: 'empty-drop',
      message: 'is empty: not even a header',
      where,
      fix: `remove it, or begin it with \`${known.join(input.delimiter)}\``,
    });
  }
  const required = input.fields
    .filter((field) => field.required && !header.includes(field.name))
    .map(({ name }) => name);
  if (!header.some((name) => known.includes(name)) || required.length > 0) {
    const message = `its header has ${header
      .slice(0, 12)
      .map((name) => `\`${name}\``)
      .join(
        ', ',
      )}${header.length > 12 ? `, … (${header.length} columns)` : ''}; missing: ${(required.length > 0 ? required : known).join(', ')}`;
    throw new MeshError({
      code: 'wrong-header',
      message,
      where,
      fix: `mend the drop, or set \`header: false\` if it has none`,
    });
  }
  const twice = known.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice !== undefined) {
    throw new MeshError({
      code: 'wrong-header',
      message: `its header has \`${twice}\` twice`,
      where,
      fix: 'name each column once',
    });
  }
  return header;
}

async function firstLine(path: string, encoding: SourceInputModel['encoding']): Promise<string> {
  const raw = createReadStream(path, { highWaterMark: 64 * 1024 });
  const stream = path.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (chunk.includes(0x0a) || size > LONGEST_RECORD_BYTES) break;
  }
  raw.destroy();
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf(0x0a);
  const text = bytes.subarray(0, end === -1 ? bytes.length : end).toString(encoding === 'latin-1' ? 'latin1' : 'utf8');
  return text.replace(/^\uFEFF/, '').replace(/\r$/, '');
}

function parseCsvLine(line: string, delimiter: string): string[] {
  const names: string[] = [];
  let name = '';
  let inQuotes = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (inQuotes && char === '"' && line[at + 1] === '"') {
      name += '"';
      at += 1;
    } else if (char === '"') inQuotes = !inQuotes;
    else if (char === delimiter && !inQuotes) {
      names.push(name);
      name = '';
    } else name += char;
  }
  return [...names, name];
}
