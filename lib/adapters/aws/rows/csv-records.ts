import { csvHeader } from '../../../model/csv-header.ts';
import { MeshError } from '../../../model/mesh-error.ts';
import type { SourceInputModel } from '../../../model/mesh-model.ts';
import { malformedRecord } from './refused-value.ts';
import { LONGEST_RECORD_BYTES, type TextLines, textLines, tooLong } from './text-lines.ts';

/** Some records of a CSV drop: their values by column, and the line in which each begins. */
export interface CsvRecords {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

/**
 * Takes a CSV drop apart, some records at a time. Strictly: a record has as many values as the header, what follows a
 * closing quote is a delimiter, all lines end alike.
 *
 * @throws MeshError naming the line.
 */
export async function* csvRecords(
  input: SourceInputModel,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<CsvRecords> {
  const parser = new CsvParser(input, path);
  for await (const lines of textLines(input, path, bytes)) yield parser.parse(lines);
  parser.end();
}

class CsvParser {
  readonly #input: SourceInputModel;
  readonly #path: string;
  #header: readonly string[] | undefined;
  /** A record whose quotes are still open, and where it began. */
  #open: string[] = [];
  #openBytes = 0;
  #openLine = 0;
  #isCrlf: boolean | undefined;

  constructor(input: SourceInputModel, path: string) {
    this.#input = input;
    this.#path = path;
    if (!input.header) this.#header = input.fields.map(({ name }) => name);
  }

  parse({ text, line: first }: TextLines): CsvRecords {
    const records: string[][] = [];
    const lines: number[] = [];
    const { delimiter } = this.#input;
    let line = first;
    let from = line === 1 && text.startsWith('\uFEFF') ? 1 : 0;
    for (; from < text.length; line += 1) {
      const newline = text.indexOf('\n', from);
      const end = newline === -1 ? text.length : newline;
      const each = text.slice(from, end);
      from = end + 1;
      if (this.#open.length === 0 && this.#header !== undefined && !each.includes('"')) {
        const plain = this.#withoutReturn(each, newline !== -1, line);
        // Beside others, a line without anything is none.
        if (plain === '' && this.#header.length > 1) continue;
        this.#add(records, lines, plain.split(delimiter), line);
        continue;
      }
      if (this.#header === undefined) {
        const plain = this.#withoutReturn(each, newline !== -1, line);
        if (plain.includes('\r')) throw this.#returnAlone(line + 1);
        this.#header = csvHeader(this.#input, this.#path, plain);
        continue;
      }
      if (this.#open.length === 0) this.#openLine = line;
      this.#open.push(each);
      this.#openBytes += each.length;
      if (this.#openBytes > LONGEST_RECORD_BYTES) throw tooLong(this.#path, this.#openLine);
      const record = this.#open.length === 1 ? each : this.#open.join('\n');
      // Only a line with quotes can close what is open.
      const values = this.#open.length === 1 || each.includes('"') ? this.#split(record, newline !== -1) : undefined;
      if (values) {
        this.#open = [];
        this.#openBytes = 0;
        this.#add(records, lines, values, this.#openLine);
      }
    }
    return { header: this.#header ?? [], records, lines };
  }

  /** @throws MeshError when the drop ends within a record, or has no header. */
  end(): void {
    if (this.#open.length > 0) {
      const message = 'Value with unterminated quote found.';
      throw malformedRecord(this.#input, this.#path, this.#openLine, message);
    }
    if (this.#header === undefined) csvHeader(this.#input, this.#path, '');
  }

  #add(records: string[][], lines: number[], values: string[], line: number): void {
    const expected = this.#header!.length;
    if (values.length !== expected) {
      const message = `Expected Number of Columns: ${expected} Found: ${values.length}`;
      throw malformedRecord(this.#input, this.#path, line, message);
    }
    records.push(values);
    lines.push(line);
  }

  #withoutReturn(line: string, hasEnd: boolean, number: number): string {
    const isCrlf = line.endsWith('\r');
    if (hasEnd) {
      this.#isCrlf ??= isCrlf;
      if (this.#isCrlf !== isCrlf) throw this.#mixed();
    }
    const plain = isCrlf ? line.slice(0, -1) : line;
    if (this.#header !== undefined && plain.includes('\r')) throw this.#returnAlone(number);
    return plain;
  }

  #returnAlone(line: number): MeshError {
    const message = 'a line, or the header, ends with CR alone';
    return malformedRecord(this.#input, this.#path, line, message);
  }

  #mixed(): MeshError {
    return new MeshError({
      code: 'malformed-drop',
      message: 'cannot be parsed as CSV: its lines end in different ways (CRLF and LF)',
      where: { file: this.#path },
      fix: 'write the drop again, with lines that all end alike',
    });
  }

  /** The values of a record with quotes; undefined while one is open. */
  #split(record: string, hasEnd: boolean): string[] | undefined {
    const { delimiter } = this.#input;
    const values: string[] = [];
    let at = 0;
    for (;;) {
      if (record[at] === '"') {
        let value = '';
        let from = at + 1;
        for (;;) {
          const quote = record.indexOf('"', from);
          if (quote === -1) return undefined;
          value += record.slice(from, quote);
          if (record[quote + 1] !== '"') {
            at = quote + 1;
            break;
          }
          value += '"';
          from = quote + 2;
        }
        values.push(value);
        if (at === record.length) break;
        if (record[at] === '\r' && at + 1 === record.length) {
          this.#withoutReturn('\r', hasEnd, this.#openLine);
          return values;
        }
        if (record[at] !== delimiter) {
          const message = 'Value with a quote in the middle: what follows a closing quote is no delimiter';
          throw malformedRecord(this.#input, this.#path, this.#openLine, message);
        }
        at += 1;
      } else {
        const next = record.indexOf(delimiter, at);
        if (next === -1) {
          values.push(this.#withoutReturn(record.slice(at), hasEnd, this.#openLine));
          return values;
        }
        values.push(record.slice(at, next));
        at = next + 1;
      }
    }
    this.#withoutReturn('', hasEnd, this.#openLine);
    return values;
  }
}
