import { parse } from 'lossless-json';
import type { FieldModel, SourceInputModel } from '../../../model/mesh-model.ts';
import { SOURCE_FILE } from '../../../model/names.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { jsonConversion } from './convert-json.ts';
import { type TextConversion, textConversion } from './convert-text.ts';
import { csvRecords } from './csv-records.ts';
import { RefusedValue, refusedField } from './refused-value.ts';

/** The rows of a CSV drop, some at a time: columns by the names in its header, others left out, empty ones null. */
export async function* readCsv(
  input: SourceInputModel,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<DataRow[]> {
  const conversions = input.fields.map((field) => csvConversion(field));
  let places: number[] | undefined;
  for await (const { header, records, lines } of csvRecords(input, path, bytes)) {
    places ??= header.length > 0 ? input.fields.map(({ name }) => header.indexOf(name)) : undefined;
    const rows: DataRow[] = new Array(records.length);
    for (let index = 0; index < records.length; index += 1) {
      const record = records[index]!;
      const row: DataRow = {};
      for (let column = 0; column < conversions.length; column += 1) {
        const field = input.fields[column]!;
        const text = record[places![column]!];
        try {
          row[field.name] = text === undefined || text === '' ? null : conversions[column]!(text);
        } catch (thrown) {
          if (!(thrown instanceof RefusedValue)) throw thrown;
          throw refusedField(thrown, field, path, lines[index]);
        }
      }
      row[SOURCE_FILE] = path;
      rows[index] = row;
    }
    if (rows.length > 0) yield rows;
  }
}

/** Nested values stand in a CSV drop as JSON. */
function csvConversion({ type }: FieldModel): TextConversion {
  if (type.kind !== 'list' && type.kind !== 'map' && type.kind !== 'struct') return textConversion(type, 'csv');
  const convert = jsonConversion(type);
  return (text) => {
    let value: unknown;
    try {
      value = parse(text);
    } catch {
      throw new RefusedValue(text, type);
    }
    try {
      return convert(value);
    } catch (thrown) {
      throw thrown instanceof RefusedValue ? thrown : new RefusedValue(text, type);
    }
  };
}
