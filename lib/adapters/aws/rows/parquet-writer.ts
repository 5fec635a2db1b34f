import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { FieldModel } from '../../../model/mesh-model.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { wireType } from '../wire-type.ts';
import { holdsBooleans, type ParquetColumn, parquetSchemaOf } from './parquet-schema.ts';
import { toWire } from './wire-value.ts';

export interface ParquetFilesOptions {
  readonly bucket: string;
  /** Where files go: `<prefix>00000.parquet` and so on. */
  readonly prefix: string;
  readonly fields: readonly Pick<FieldModel, 'name' | 'type'>[];
  /** @default `PARQUET_FILE_ROWS` */
  readonly rowsPerFile?: number;
}

/** Rows of one file at most. */
export const PARQUET_FILE_ROWS = 500_000;
/** A file that is larger takes no more rows. */
const FILE_BYTES = 32 * 1024 * 1024;
/** Rows that are kept as rows, until they are packed. */
const GROUP_ROWS = 10_000;
/** Fewer, when values are large: about so many characters and bytes of them. */
const GROUP_BYTES = 16 * 1024 * 1024;

/** Files of rows in a bucket, each of bounded size, and never more than one of them in memory. */
export interface ParquetFiles {
  /** Takes a row; true when `flush` must be waited for before the next one. */
  add(row: DataRow): boolean;
  flush(): Promise<void>;
  /** Writes what is left; at least one file, also without rows. */
  end(): Promise<{ readonly rows: number; readonly keys: readonly string[] }>;
}

/** Writes rows as Parquet, their values in wire types. */
export function createParquetFiles(s3: S3Client, options: ParquetFilesOptions): ParquetFiles {
  const { bucket, prefix, fields, rowsPerFile = PARQUET_FILE_ROWS } = options;
  const columns: ParquetColumn[] = fields.map(({ name, type }) => ({ name, type: wireType(type) }));
  const changes = fields.map(({ type }) => toWire(type));
  const measured = columns.map(({ type }) => !FIXED.has(type.kind));
  const schema = parquetSchemaOf(columns);
  const keys: string[] = [];
  let values: unknown[][] = columns.map(() => []);
  let [grouped, groupBytes, inFile, written] = [0, 0, 0, 0];
  let file: { readonly bytes: ByteWriter; readonly writer: ParquetWriter } | undefined;

  const open = () => {
    const bytes = new ByteWriter(1024 * 1024);
    return { bytes, writer: new ParquetWriter({ writer: bytes, schema, codec: 'SNAPPY', statistics: false }) };
  };
  const pack = () => {
    if (grouped === 0) return;
    file ??= open();
    const columnData = columns.map(({ name, type }, index) => ({
      name,
      data: values[index]!,
      offsetIndex: false,
      // Not every reader takes booleans that are packed by runs.
      ...(holdsBooleans(type) ? { encoding: 'PLAIN' as const } : {}),
    }));
    void file.writer.write({ columnData, rowGroupSize: grouped });
    values = columns.map(() => []);
    inFile += grouped;
    [grouped, groupBytes] = [0, 0];
  };
  const put = async () => {
    const { bytes, writer } = file ?? open();
    file = undefined;
    void writer.finish();
    const key = `${prefix}${String(keys.length).padStart(5, '0')}.parquet`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes.getBytes() }));
    keys.push(key);
    written += inFile;
    inFile = 0;
  };
  return {
    add(row) {
      for (let index = 0; index < columns.length; index += 1) {
        const value = row[columns[index]!.name] ?? null;
        const change = changes[index];
        const travelling = value === null || !change ? value : change(value);
        values[index]!.push(travelling);
        if (measured[index]) groupBytes += sizeOf(travelling);
      }
      grouped += 1;
      return grouped >= GROUP_ROWS || groupBytes >= GROUP_BYTES || inFile + grouped >= rowsPerFile;
    },
    async flush() {
      pack();
      if (inFile >= rowsPerFile || (file && file.bytes.offset >= FILE_BYTES)) await put();
    },
    async end() {
      pack();
      if (file || keys.length === 0) await put();
      return { rows: written, keys };
    },
  };
}

const FIXED: ReadonlySet<string> = new Set(['int', 'long', 'double', 'boolean']);

/** About how much memory a value takes. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const held = value instanceof Map ? [...value.keys(), ...value.values()] : Object.values(value);
  return held.reduce((sum: number, each) => sum + sizeOf(each), 16);
}
