import type { AsyncBuffer } from 'hyparquet';
import type { FieldModel } from '../../../model/mesh-model.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { wireType } from '../wire-type.ts';
import { parquetConversion } from './convert-parquet.ts';
import { openParquet } from './parquet-file.ts';
import { fromWire } from './wire-value.ts';

/** Rows of a file in wire types, a row group at a time. */
export async function* readWire(
  file: AsyncBuffer,
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
): AsyncGenerator<DataRow[]> {
  const { shapes, groups } = await openParquet(file);
  const columns = fields.map(({ name, type }) => {
    const shape = shapes.get(name);
    if (!shape)
      throw new Error(`the rows that Athena wrote have no \`${name}\`, only ${[...shapes.keys()].join(', ')}`);
    const change = fromWire(type);
    const convert = parquetConversion(shape, wireType(type));
    return { name, convert: change ? changed(convert, change) : convert };
  });
  for await (const group of groups(fields.map(({ name }) => name))) {
    const rows: DataRow[] = new Array(group.length);
    for (let index = 0; index < group.length; index += 1) {
      const row: DataRow = {};
      for (const { name, convert } of columns) row[name] = convert(group[index]![name]);
      rows[index] = row;
    }
    yield rows;
  }
}

function changed(convert: (raw: unknown) => unknown, change: (value: unknown) => unknown): (raw: unknown) => unknown {
  return (raw) => {
    const value = convert(raw);
    return value === null ? null : change(value);
  };
}
