import type { AsyncBuffer } from 'hyparquet';
import { MeshError } from '../../../model/mesh-error.ts';
import type { SourceInputModel } from '../../../model/mesh-model.ts';
import { SOURCE_FILE } from '../../../model/names.ts';
import { checkParquetColumns } from '../../../model/parquet-columns.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { type ParquetConversion, parquetConversion } from './convert-parquet.ts';
import { openParquet } from './parquet-file.ts';
import { RefusedValue, refusedField } from './refused-value.ts';

/** The rows of a Parquet drop, a row group at a time: columns by name, others left out, missing ones null. */
export async function* readParquetDrop(
  input: SourceInputModel,
  path: string,
  buffer: AsyncBuffer,
): AsyncGenerator<DataRow[]> {
  const file = await whole(path, () => openParquet(buffer));
  checkParquetColumns(input, path, new Map([...file.shapes].map(([name, { kind }]) => [name.toLowerCase(), kind])));
  const byName = new Map([...file.shapes].map(([name, shape]) => [name.toLowerCase(), { name, shape }]));
  const columns = input.fields.map((field) => {
    const found = byName.get(field.name.toLowerCase());
    const convert: ParquetConversion = found ? parquetConversion(found.shape, field.type) : () => null;
    return { field, from: found?.name, convert };
  });
  const groups = file.groups(columns.flatMap(({ from }) => from ?? []))[Symbol.asyncIterator]();
  for (;;) {
    const { done, value: group } = await whole(path, () => groups.next());
    if (done) return;
    yield group.map((raw) => {
      const row: DataRow = {};
      for (const { field, from, convert } of columns) {
        try {
          row[field.name] = from === undefined ? null : convert(raw[from]);
        } catch (thrown) {
          if (!(thrown instanceof RefusedValue)) throw thrown;
          throw refusedField(thrown, field, path, undefined);
        }
      }
      row[SOURCE_FILE] = path;
      return row;
    });
  }
}

/** What the library says of a damaged file, with its name and a way out. */
async function whole<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof MeshError || !(cause instanceof Error) || '$metadata' in cause) throw cause;
    const isText = cause instanceof TypeError && /encoded data|decode/i.test(cause.message);
    throw new MeshError({
      code: isText ? 'invalid-encoding' : 'malformed-drop',
      message: isText ? 'a text is no UTF-8' : `cannot be read as Parquet (${cause.message})`,
      where: { file: path },
      fix: 'write the drop again, or remove it; what was published before stays in place',
      cause,
    });
  }
}
