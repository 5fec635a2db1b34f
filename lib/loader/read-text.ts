import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../model/mesh-error.ts';

/** A file of a mesh as text, or the problem that it can't be read or is no text. */
export function readText(folder: string, file: string, product: string): string | Problem {
  try {
    return decodeText(readFileSync(join(folder, file)), file, product);
  } catch (error) {
    return unreadable(file, product, (error as Error).message);
  }
}

/** The problem that a file is there and can't be read. */
export function unreadable(file: string, product: string | undefined, reason: string): Problem {
  const fix = 'look at the file and its permissions';
  return { code: 'unreadable-file', message: `can't be read: ${reason}`, where: { product, file }, fix };
}

/** Bytes as text, or the problem that they are no valid UTF-8, with its place. */
function decodeText(bytes: Buffer, file: string, product: string): string | Problem {
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next + 1;
    const row = bytes.subarray(start, end);
    if (!isUtf8(row)) {
      let valid = 0;
      // The longest beginning that is valid; a character has four bytes at most.
      for (let length = 1; length <= row.length; length += 1) if (isUtf8(row.subarray(0, length))) valid = length;
      const column = row.subarray(0, valid).toString('utf8').length + 1;
      const byte = `0x${row[valid]!.toString(16).padStart(2, '0').toUpperCase()}`;
      return {
        code: 'invalid-encoding',
        message: `byte ${byte} is not valid UTF-8`,
        where: { product, file, line, column },
        fix: 'save the file as UTF-8',
      };
    }
    start = end;
  }
  return bytes.toString('utf8');
}
