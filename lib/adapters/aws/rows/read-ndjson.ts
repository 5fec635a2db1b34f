import { parse } from 'lossless-json';
import type { FieldModel, SourceInputModel } from '../../../model/mesh-model.ts';
import { SOURCE_FILE } from '../../../model/names.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { isRecord, jsonConversion, kindOf, WrongShape } from './convert-json.ts';
import { textConversion } from './convert-text.ts';
import { hasWholeEscapes, jsonFields, unquoted } from './json-fields.ts';
import { malformedRecord, RefusedValue, refusedField } from './refused-value.ts';
import { LONGEST_RECORD_BYTES, textLines, tooLong } from './text-lines.ts';

/** The rows of an NDJSON drop, some at a time: one record a line, fields that are not there null. */
export async function* readNdjson(
  input: SourceInputModel,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<DataRow[]> {
  const fields = input.fields.map((field) => ({ field, convert: fieldConversion(field) }));
  const numbers = new Map(input.fields.map(({ name }, index) => [name, index]));
  for await (const { text, line: first } of textLines(input, path, bytes)) {
    const rows: DataRow[] = [];
    let line = first;
    for (let from = 0; from < text.length; line += 1) {
      const newline = text.indexOf('\n', from);
      const end = newline === -1 ? text.length : newline;
      const each = text.slice(from, end);
      from = end + 1;
      if (each.length > LONGEST_RECORD_BYTES) throw tooLong(path, line);
      if (each.trim() === '') continue;
      const values = parseRecord(input, path, line, each, numbers);
      const row: DataRow = {};
      for (let index = 0; index < fields.length; index += 1) {
        const { field, convert } = fields[index]!;
        try {
          row[field.name] = convert(values[index]);
        } catch (thrown) {
          if (thrown instanceof RefusedValue) throw refusedField(thrown, field, path, line);
          if (!(thrown instanceof WrongShape)) throw thrown;
          throw malformedRecord(input, path, line, thrown.message, NO_SHAPE);
        }
      }
      row[SOURCE_FILE] = path;
      rows.push(row);
    }
    if (rows.length > 0) yield rows;
  }
}

const NO_SHAPE = 'a record has not the shape that the source declares';

/** The texts of the fields' values. */
function parseRecord(
  input: SourceInputModel,
  path: string,
  line: number,
  text: string,
  numbers: ReadonlyMap<string, number>,
): readonly (string | undefined)[] {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw malformedRecord(input, path, line, `Malformed JSON: ${reasonOf(text, cause)}`, 'Malformed JSON');
  }
  if (!isRecord(record)) {
    const kind = typeof record === 'number' ? 'a number' : kindOf(record);
    throw malformedRecord(input, path, line, `Expected OBJECT, but got ${kind}: ${text.slice(0, 100)}`, NO_SHAPE);
  }
  const { values, twice } = jsonFields(text, numbers);
  if (twice !== undefined) throw malformedRecord(input, path, line, `the record has duplicate key "${twice}"`);
  if (!hasWholeEscapes(text)) {
    throw malformedRecord(input, path, line, 'Malformed JSON: half of a surrogate pair in a text');
  }
  return values;
}

/** Reads the text of a value; numbers keep all their digits. */
function fieldConversion({ type }: FieldModel): (text: string | undefined) => unknown {
  const convert = jsonConversion(type);
  if (type.kind === 'list' || type.kind === 'map' || type.kind === 'struct') {
    return (text) => (text === undefined ? null : convert(parse(text)));
  }
  const ofText = textConversion(type, 'ndjson');
  const isText = type.kind === 'string';
  return (text) => {
    if (text === undefined || text === 'null') return null;
    const first = text.charCodeAt(0);
    if (first === 0x22) return ofText(unquoted(text));
    const isPlain = first === 0x2d || (first >= 0x30 && first <= 0x39);
    if (isPlain && type.kind !== 'boolean') return ofText(text);
    // Nested ones too, as a text without spaces.
    return isText && isPlain ? text : convert(parse(text));
  };
}

/** What is wrong with a line, in the words of the local target where it has some. */
function reasonOf(text: string, { message }: SyntaxError): string {
  if (text.startsWith('\uFEFF')) return 'byte order mark (BOM) is not supported';
  if (/control character/i.test(message)) return 'unexpected control character in string';
  if (/end of JSON input|Unterminated|No number after/i.test(message) || /^[[{]\s*$/.test(text)) {
    return 'unexpected end of data';
  }
  if (/after JSON/.test(message)) return 'unexpected content after document';
  return message.replace(/, ".*$| in JSON.*$/s, '');
}
