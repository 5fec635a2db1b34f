import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AsyncBuffer } from 'hyparquet';
import { gzipProblem } from '../../../model/gzip-problem.ts';
import type { SourceInputModel } from '../../../model/mesh-model.ts';
import type { SourceFile } from '../../../ports/publication.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { readCsv } from './read-csv.ts';
import { readNdjson } from './read-ndjson.ts';
import { readParquetDrop } from './read-parquet-drop.ts';

/** Where the bytes of drops come from. */
export interface DropStore {
  /** From the first to the last. */
  bytes(file: SourceFile): AsyncIterable<Uint8Array>;
  /** Any of them. */
  buffer(file: SourceFile): AsyncBuffer;
}

const CHUNK_BYTES = 1 << 18;

/**
 * The rows of one drop, some at a time, in the types that its source declares, with the drop's path as `_file`.
 *
 * @throws MeshError naming the drop, the line and the field of what is not as declared.
 */
export function readDrop(store: DropStore, input: SourceInputModel, file: SourceFile): AsyncGenerator<DataRow[]> {
  const { path } = file;
  if (input.format === 'parquet') return readParquetDrop(input, path, store.buffer(file));
  const bytes = /\.gz$/i.test(path) ? unzipped(input, path, store.bytes(file)) : store.bytes(file);
  return input.format === 'csv' ? readCsv(input, path, bytes) : readNdjson(input, path, bytes);
}

async function* unzipped(
  input: SourceInputModel,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.once('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw gzipProblem(cause, input, path) ?? cause;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
