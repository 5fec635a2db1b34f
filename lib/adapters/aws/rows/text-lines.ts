import { MeshError } from '../../../model/mesh-error.ts';
import type { SourceInputModel } from '../../../model/mesh-model.ts';

/** Some whole lines of a drop's text; the last of a drop may have no end. */
export interface TextLines {
  readonly text: string;
  /** The number of the first, from 1. */
  readonly line: number;
}

/** A line, record or header longer than this is no record. */
export const LONGEST_RECORD_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Decodes a drop's bytes, some whole lines at a time.
 *
 * @throws MeshError naming the line that is no text, or has no end.
 */
export async function* textLines(
  input: SourceInputModel,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<TextLines> {
  const decode = decoderOf(input, path);
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let line = 1;
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      kept.push(chunk);
      keptBytes += chunk.length;
      if (keptBytes > LONGEST_RECORD_BYTES) throw tooLong(path, line);
      continue;
    }
    const text = decode(Buffer.concat([...kept, chunk.subarray(0, end)]), line);
    yield { text, line };
    line += countLines(text);
    kept = end < chunk.length ? [chunk.subarray(end)] : [];
    keptBytes = chunk.length - end;
  }
  if (keptBytes > 0) yield { text: decode(Buffer.concat(kept), line), line };
}

/** A record that is larger than any should be. */
export function tooLong(path: string, line: number): MeshError {
  return new MeshError({
    code: 'malformed-drop',
    message: `Maximum line size of ${LONGEST_RECORD_BYTES} bytes exceeded`,
    where: { file: path, line },
    fix: 'mend that record, or remove the drop; what was published before stays in place',
  });
}

function decoderOf(input: SourceInputModel, path: string): (bytes: Uint8Array, line: number) => string {
  if (input.format === 'csv' && input.encoding === 'latin-1') return (bytes) => Buffer.from(bytes).toString('latin1');
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes, first) => {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw notText(input, path, bytes, first, cause);
    }
  };
}

function notText(input: SourceInputModel, path: string, bytes: Uint8Array, first: number, cause: unknown): MeshError {
  let line = first;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(NEWLINE, from);
    const part = bytes.subarray(from, end === -1 ? bytes.length : end);
    if (!isText(part)) break;
    from = end === -1 ? bytes.length : end + 1;
  }
  const isHeader = input.format === 'csv' && input.header && line === 1;
  return new MeshError({
    code: 'invalid-encoding',
    message:
      input.format === 'ndjson'
        ? 'invalid UTF-8 in a record'
        : isHeader
          ? `its header is no text in ${input.encoding}`
          : 'a record is not utf-8 encoded',
    where: isHeader ? { port: input.name, file: path, line } : { file: path, line },
    fix:
      input.format === 'ndjson'
        ? 'write the drop in UTF-8'
        : "write the drop in UTF-8, or declare `encoding: 'latin-1'` for its source",
    cause,
  });
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
