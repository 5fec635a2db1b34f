import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { csvHeader } from '../../model/csv-header.ts';
import type { SourceInputModel } from '../../model/mesh-model.ts';

/** A line, record or header longer than this is no record. */
export const LONGEST_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * The names of a CSV drop's columns.
 *
 * @throws MeshError when they are not what the source declares.
 */
export async function readHeader(
  input: SourceInputModel,
  file: { path: string; absolute: string },
): Promise<readonly string[]> {
  return csvHeader(input, file.path, await firstLine(file.absolute, input.encoding));
}

async function firstLine(path: string, encoding: SourceInputModel['encoding']): Promise<string> {
  const raw = createReadStream(path, { highWaterMark: 64 * 1024 });
  const stream = /\.gz$/i.test(path) ? raw.pipe(createGunzip()) : raw;
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
