import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';

/** A file as it was at one moment. */
export interface StableFile {
  readonly bytes: number;
  /** Changes whenever the content does: size, place on the disk, times of the last changes in nanoseconds. */
  readonly identity: string;
  /** False while another change might still fall into the same tick of the file system's clock. */
  readonly isSettled: boolean;
}

/** File systems count time in ticks of up to 10 ms. */
const TICK_MS = 50;
const HASH_DIGITS = 32;
const CHUNK_BYTES = 1 << 20;

export function statFile(file: string): StableFile {
  const { size, ino, mtimeNs, ctimeNs, ctimeMs } = statSync(file, { bigint: true });
  const identity = `${size} ${ino} ${mtimeNs} ${ctimeNs}`;
  // Compares with the file system's clock, which is the machine's, whatever the mesh's says.
  const age = Date.now() - Number(ctimeMs);
  return { bytes: Number(size), identity, isSettled: age > TICK_MS };
}

/** Hash of a file's content: 32 hexadecimal digits (128 bits of SHA-256). Holds a megabyte at a time. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, HASH_DIGITS);
}
