import type { DataRow } from '../../../ports/warehouse.ts';

/** The last column of rows whose order is asked for: 1 for the first, without gaps. */
export const ROW_NUMBER = { name: '_row_number', type: { kind: 'long' } } as const;

const CHUNK_ROWS = 2_048;

/**
 * Rows of several files by their numbers. Athena writes an ordered result to several files at once, each of which is in
 * order as a rule; where one is not, rows wait in memory until it is their turn.
 */
export async function* inNumberedOrder(
  files: readonly AsyncIterable<readonly DataRow[]>[],
): AsyncGenerator<readonly DataRow[]> {
  const waiting = new Map<bigint, { readonly row: DataRow; readonly from: Cursor }>();
  const cursors = files.map((file) => new Cursor(file));
  const takeOne = async (from: Cursor): Promise<boolean> => {
    const row = from.take() ?? ((await from.fetch()) ? from.take() : undefined);
    if (row === undefined) return false;
    const number = row[ROW_NUMBER.name] as bigint;
    delete row[ROW_NUMBER.name];
    waiting.set(number, { row, from });
    return true;
  };
  try {
    for (const cursor of cursors) await takeOne(cursor);
    let chunk: DataRow[] = [];
    for (let next = 1n; ; next += 1n) {
      let found = waiting.get(next);
      while (found === undefined) {
        const took = await Promise.all(cursors.map(takeOne));
        if (!took.includes(true)) break;
        found = waiting.get(next);
      }
      if (found === undefined) break;
      waiting.delete(next);
      chunk.push(found.row);
      const { from } = found;
      if (!from.isAhead) await takeOne(from);
      else takeNow(from, waiting);
      if (chunk.length < CHUNK_ROWS) continue;
      yield chunk;
      chunk = [];
    }
    if (waiting.size > 0) throw new Error(`${waiting.size} rows are behind a gap in their numbers`);
    if (chunk.length > 0) yield chunk;
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

/** Saves a turn of the queue for each row. */
function takeNow(from: Cursor, waiting: Map<bigint, { readonly row: DataRow; readonly from: Cursor }>): void {
  const row = from.take()!;
  const number = row[ROW_NUMBER.name] as bigint;
  delete row[ROW_NUMBER.name];
  waiting.set(number, { row, from });
}

/** Goes through rows that come some at a time. */
export class Cursor {
  readonly #chunks: AsyncIterator<readonly DataRow[]>;
  #rows: readonly DataRow[] = [];
  #at = 0;

  constructor(chunks: AsyncIterable<readonly DataRow[]>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether the next row is there already. */
  get isAhead(): boolean {
    return this.#at < this.#rows.length;
  }

  take(): DataRow | undefined {
    return this.isAhead ? this.#rows[this.#at++] : undefined;
  }

  /** Gets more rows; false when there are none. */
  async fetch(): Promise<boolean> {
    do {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#rows = value;
      this.#at = 0;
    } while (this.#rows.length === 0);
    return true;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
