import type { S3Client } from '@aws-sdk/client-s3';
import type { FieldType } from '../../../model/field-type.ts';
import type { FieldModel } from '../../../model/mesh-model.ts';
import type { DataRow } from '../../../ports/warehouse.ts';
import { Cursor } from './numbered-rows.ts';
import { createParquetFiles } from './parquet-writer.ts';

/** Where sorted parts wait that do not fit into memory. */
export interface SortPlace {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  /** The files of a folder, as rows. */
  open(folder: string): Promise<readonly AsyncIterable<readonly DataRow[]>[]>;
}

type Compare = (a: DataRow, b: DataRow) => number;

/** Rows that are sorted in memory at once. */
const PART_ROWS = 200_000;
const CHUNK_ROWS = 2_048;

/** Rows in ascending order, nulls last, as both engines sort; equal ones as they came. */
export async function* sortRows(
  place: SortPlace,
  fields: readonly FieldModel[],
  orderBy: readonly string[],
  rows: AsyncIterable<readonly DataRow[]>,
  partRows = PART_ROWS,
): AsyncGenerator<readonly DataRow[]> {
  const compare = compareBy(fields, orderBy);
  const folders: string[] = [];
  let part: DataRow[] = [];
  for await (const chunk of rows) {
    for (const row of chunk) part.push(row);
    if (part.length < partRows) continue;
    folders.push(await putAside(place, fields, part.sort(compare), folders.length));
    part = [];
  }
  part.sort(compare);
  if (folders.length === 0) return yield* chunksOf(part);
  const cursors: Cursor[] = [];
  for (const folder of folders) cursors.push(new Cursor(inSequence(await place.open(folder))));
  cursors.push(new Cursor(chunksOf(part)));
  yield* merged(cursors, compare);
}

async function putAside(
  { s3, bucket, prefix }: SortPlace,
  fields: readonly FieldModel[],
  rows: readonly DataRow[],
  number: number,
): Promise<string> {
  const folder = `${prefix}${String(number).padStart(5, '0')}/`;
  const files = createParquetFiles(s3, { bucket, prefix: folder, fields });
  for (const row of rows) if (files.add(row)) await files.flush();
  await files.end();
  return folder;
}

async function* merged(cursors: readonly Cursor[], compare: Compare): AsyncGenerator<readonly DataRow[]> {
  const heads: (DataRow | undefined)[] = [];
  const advance = async (index: number) => {
    const cursor = cursors[index]!;
    heads[index] = cursor.isAhead || (await cursor.fetch()) ? cursor.take() : undefined;
  };
  try {
    for (const index of cursors.keys()) await advance(index);
    let chunk: DataRow[] = [];
    for (;;) {
      let least = -1;
      for (const [index, head] of heads.entries()) {
        if (head !== undefined && (least < 0 || compare(head, heads[least]!) < 0)) least = index;
      }
      if (least < 0) break;
      chunk.push(heads[least]!);
      const cursor = cursors[least]!;
      if (cursor.isAhead) heads[least] = cursor.take();
      else await advance(least);
      if (chunk.length < CHUNK_ROWS) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

async function* inSequence(files: readonly AsyncIterable<readonly DataRow[]>[]): AsyncGenerator<readonly DataRow[]> {
  for (const file of files) yield* file;
}

async function* chunksOf(rows: readonly DataRow[]): AsyncGenerator<readonly DataRow[]> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) yield rows.slice(from, from + CHUNK_ROWS);
}

function compareBy(fields: readonly FieldModel[], orderBy: readonly string[]): Compare {
  const keys = orderBy.map((name) => {
    const field = fields.find((each) => each.name === name);
    if (!field) throw new TypeError(`there is no field \`${name}\` to sort by`);
    return { name, compare: comparison(field.type) };
  });
  return (a, b) => {
    for (const { name, compare } of keys) {
      const [left, right] = [a[name], b[name]];
      if (left === right) continue;
      const isLeft = left !== null && left !== undefined;
      const isRight = right !== null && right !== undefined;
      if (!isLeft && !isRight) continue;
      const order = !isLeft ? 1 : !isRight ? -1 : compare(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function comparison(type: FieldType): (a: unknown, b: unknown) => number {
  switch (type.kind) {
    case 'int':
    case 'long':
    case 'boolean':
      return (a, b) => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0);
    case 'double':
      // What is no number stands behind all that are.
      return (a, b) => {
        const [left, right] = [a as number, b as number];
        if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
        return left < right ? -1 : left > right ? 1 : 0;
      };
    case 'decimal': {
      const unscaled = (value: unknown) => BigInt(String(value).replace('.', ''));
      return (a, b) => {
        const [left, right] = [unscaled(a), unscaled(b)];
        return left < right ? -1 : left > right ? 1 : 0;
      };
    }
    case 'binary':
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array);
    case 'string':
    case 'date':
    case 'timestamp':
      return (a, b) => compareText(a as string, b as string);
    default:
      throw new TypeError(`a ${type.kind} has no order`);
  }
}

/** By code points, as engines do; UTF-16 has those beyond 16 bits before others. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    const isLeftHalf = left >= 0xd800 && left <= 0xdfff;
    const isRightHalf = right >= 0xd800 && right <= 0xdfff;
    return isLeftHalf === isRightHalf ? left - right : isLeftHalf ? 1 : -1;
  }
  return a.length - b.length;
}
