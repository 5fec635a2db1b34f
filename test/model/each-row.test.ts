import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eachRow } from '../../lib/model/each-row.ts';

async function* chunksOf(chunks: readonly (readonly number[])[], ended: () => void = () => undefined) {
  try {
    yield* chunks;
  } finally {
    ended();
  }
}

describe('the rows of chunks', () => {
  test('are all there, in their order, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer())), async (chunks) => {
        const rows: number[] = [];
        for await (const row of eachRow(chunksOf(chunks))) rows.push(row);
        expect(rows).toEqual(chunks.flat());
      }),
    );
  });

  test('come in order to whoever asks for several at once', async () => {
    const iterator = eachRow(chunksOf([[1, 2], [], [3]]))[Symbol.asyncIterator]();
    const asked = await Promise.all([1, 2, 3, 4, 5].map(() => iterator.next()));
    expect(asked.map(({ done, value }) => (done ? 'end' : value))).toEqual([1, 2, 3, 'end', 'end']);
  });

  test('end their source when nobody wants more', async () => {
    let isEnded = false;
    const end = () => {
      isEnded = true;
    };
    for await (const row of eachRow(chunksOf([[1, 2], [3]], end))) if (row === 1) break;
    expect(isEnded).toBe(true);
  });

  test('fails when their source does, after the rows before', async () => {
    async function* broken() {
      yield [1];
      throw new Error('the disk is gone');
    }
    const rows: number[] = [];
    const read = async () => {
      for await (const row of eachRow(broken())) rows.push(row);
    };
    await expect(read()).rejects.toThrow('the disk is gone');
    expect(rows).toEqual([1]);
  });
});
