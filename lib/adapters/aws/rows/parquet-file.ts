import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** What a column of a Parquet file holds, whoever wrote it. */
export type ParquetShape =
  | { readonly kind: 'string' | 'binary' | 'whole' | 'float' | 'double' | 'boolean' | 'date' }
  | { readonly kind: 'timestamp'; readonly isUtc: boolean }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'list'; readonly of: ParquetShape }
  | { readonly kind: 'map'; readonly key: ParquetShape; readonly value: ParquetShape }
  | { readonly kind: 'struct'; readonly fields: { readonly [name: string]: ParquetShape } };

/** A Parquet file, open. Raw values: days of dates, microseconds of times, unscaled numbers or bytes of decimals. */
export interface ParquetFile {
  readonly shapes: ReadonlyMap<string, ParquetShape>;
  /** Rows of these columns, a row group at a time. */
  groups(columns: readonly string[]): AsyncIterable<readonly { readonly [column: string]: unknown }[]>;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const text = (bytes: Uint8Array | undefined) => bytes && strict.decode(bytes);
/** Statistics hold texts that are cut off anywhere, and bytes that are none. */
const LENIENT = { stringFromBytes: () => undefined, jsonFromBytes: () => undefined };

const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
  timestampFromMicroseconds: (micros: bigint) => micros,
  timestampFromNanoseconds: (nanos: bigint) => (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n,
  dateFromDays: (days: number) => days,
  stringFromBytes: text,
  jsonFromBytes: text,
};

/** Opens a file by its footer. */
export async function openParquet(file: AsyncBuffer): Promise<ParquetFile> {
  const metadata = await parquetMetadataAsync(file, { parsers: { ...PARSERS, ...LENIENT }, geoparquet: false });
  const shapes = new Map(parquetSchema(metadata).children.map((child) => [child.element.name, shapeOf(child)]));
  // The library would make floating numbers of decimals.
  for (const element of metadata.schema) {
    if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') continue;
    element.converted_type = undefined;
    element.logical_type = undefined;
  }
  return { shapes, groups: (columns) => groupsOf(file, metadata, columns) };
}

async function* groupsOf(file: AsyncBuffer, metadata: FileMetaData, columns: readonly string[]) {
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    if (rowEnd > rowStart && columns.length > 0) {
      yield (await parquetReadObjects({
        file,
        metadata,
        columns: [...columns],
        rowStart,
        rowEnd,
        compressors,
        parsers: PARSERS,
        utf8: false,
        geoparquet: false,
      })) as { [column: string]: unknown }[];
    }
    rowStart = rowEnd;
  }
}

function shapeOf({ element, children }: SchemaTree): ParquetShape {
  const { converted_type: converted, logical_type: logical, type, scale = 0 } = element;
  if (children.length > 0) {
    const [inner] = children;
    if (converted === 'LIST' && children.length === 1) {
      const isThreeLevels = inner!.children.length === 1;
      return { kind: 'list', of: shapeOf(isThreeLevels ? inner!.children[0]! : inner!) };
    }
    if (converted === 'MAP' && inner!.children.length === 2) {
      return { kind: 'map', key: shapeOf(inner!.children[0]!), value: shapeOf(inner!.children[1]!) };
    }
    return { kind: 'struct', fields: Object.fromEntries(children.map((each) => [each.element.name, shapeOf(each)])) };
  }
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return { kind: 'decimal', scale };
  if (converted === 'UTF8' || converted === 'ENUM' || converted === 'JSON' || logical?.type === 'STRING') {
    return { kind: 'string' };
  }
  if (logical?.type === 'UUID') return { kind: 'other', name: 'uuid' };
  if (converted === 'DATE') return { kind: 'date' };
  if (converted?.startsWith('TIMESTAMP') || logical?.type === 'TIMESTAMP' || type === 'INT96') {
    return { kind: 'timestamp', isUtc: logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : type !== 'INT96' };
  }
  if (converted?.startsWith('TIME') || logical?.type === 'TIME') return { kind: 'other', name: 'time' };
  if (converted === 'INTERVAL') return { kind: 'other', name: 'interval' };
  switch (type) {
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'INT32':
    case 'INT64':
      return { kind: 'whole' };
    case 'FLOAT':
      return { kind: 'float' };
    case 'DOUBLE':
      return { kind: 'double' };
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return { kind: 'binary' };
    default:
      return { kind: 'other', name: String(type) };
  }
}
