/**
 * The rows of chunks, one by one. By hand, because an async generator takes several turns of the queue for each row,
 * and every generator that passes it on as many again: seconds for a million rows.
 */
export function eachRow<Row>(chunks: AsyncIterable<readonly Row[]>): AsyncIterable<Row> {
  return { [Symbol.asyncIterator]: () => new RowIterator(chunks[Symbol.asyncIterator]()) };
}

class RowIterator<Row> implements AsyncIterator<Row> {
  readonly #chunks: AsyncIterator<readonly Row[]>;
  #rows: readonly Row[] = [];
  #at = 0;
  /** The fetching of a chunk; whoever asks meanwhile takes turns. */
  #fetching: Promise<unknown> | undefined;

  constructor(chunks: AsyncIterator<readonly Row[]>) {
    this.#chunks = chunks;
  }

  next(): Promise<IteratorResult<Row>> {
    if (this.#fetching) return this.#fetching.then(() => this.next());
    if (this.#at < this.#rows.length) return Promise.resolve({ done: false, value: this.#rows[this.#at++]! });
    const fetching = this.#fetch();
    this.#fetching = fetching.catch(() => undefined);
    return fetching.then((isThere) => (isThere ? this.next() : { done: true, value: undefined }));
  }

  async return(): Promise<IteratorResult<Row>> {
    this.#rows = [];
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }

  /** Whether there was another chunk. */
  async #fetch(): Promise<boolean> {
    try {
      const { done, value } = await this.#chunks.next();
      this.#rows = done ? [] : value;
      this.#at = 0;
      return !done;
    } finally {
      this.#fetching = undefined;
    }
  }
}
