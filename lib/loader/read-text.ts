import { isUtf8 } from 'node:buffer';
import type { Problem } from '../model/mesh-error.ts';

/** Bytes as text, or the problem that they are no valid UTF-8, with its place. */
export function decodeText(bytes: Buffer, file: string, product: string): string | Problem {
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
