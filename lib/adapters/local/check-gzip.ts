import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { gzipProblem } from '../../model/gzip-problem.ts';
import type { SourceInputModel } from '../../model/mesh-model.ts';

const CHUNK_BYTES = 1 << 18;

/**
 * Makes sure that compressed drops are whole: the engine takes the rows of one that was cut off for all of them.
 *
 * @throws MeshError naming the drop that is not.
 */
export async function checkGzip(
  input: SourceInputModel,
  files: readonly { readonly path: string; readonly absolute: string }[],
): Promise<void> {
  for (const { path, absolute } of files) {
    if (!/\.gz$/i.test(path)) continue;
    const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
    try {
      await pipeline(createReadStream(absolute), createGunzip({ chunkSize: CHUNK_BYTES }), nothing);
    } catch (cause) {
      throw gzipProblem(cause, input, path) ?? cause;
    }
  }
}
