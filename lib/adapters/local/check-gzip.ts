import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { MeshError } from '../../model/mesh-error.ts';
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
      const { code, message } = cause as NodeJS.ErrnoException;
      if (!code?.startsWith('Z_')) throw cause;
      const isOther = message === 'incorrect header check';
      throw new MeshError({
        code: 'malformed-drop',
        message: isOther
          ? 'ends in `.gz`, but is not compressed so (incorrect header check)'
          : `is cut off or damaged (${message})`,
        where: { port: input.name, file: path },
        fix: isOther ? 'compress it with gzip, or rename it' : 'drop the whole file again',
        cause,
      });
    }
  }
}
