import type { ProductId } from '../model/names.ts';

/** What lets a run die between any two steps and go on later. */
export interface Journal {
  /** Names the run, on this target and in the ledger. */
  readonly runId: string;
  /**
   * Whether this goes on with a run that a dead process left at some earlier time: what its steps found may be old by
   * now. False where a target goes on by itself, at once.
   */
  readonly isResumed: boolean;
  /**
   * Does a step once. Its result, plain JSON, is kept; a resumed run gets it back without doing the step again. A
   * process may die after doing a step and before keeping its result, so steps must be idempotent.
   */
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Waits, across deaths of the process. */
  sleep(name: string, seconds: number): Promise<void>;
}

/** Thrown by a run that cannot end now and must not begin anew: it stays unfinished, and the next call goes on with it. */
export class UnfinishedRun extends Error {
  constructor(cause: unknown) {
    super('the run stays unfinished', { cause });
    this.name = 'UnfinishedRun';
  }
}

/** Thrown by `open` to a caller who need not wait: one runs the product and another waits, and will see what this one would. */
export class AnotherWaits extends Error {
  constructor(product: ProductId) {
    super(`one run of \`${product}\` is under way and another waits for it, which will see all that this one would`);
    this.name = 'AnotherWaits';
  }
}

/** The journals of products: one unfinished run each at most. */
export interface Journals {
  /**
   * Goes on with the product's unfinished run or begins one, and ends it when `run` returns. When `run` throws, the run
   * is over as well; only a dead process and `UnfinishedRun` leave it unfinished. Callers for one product take turns.
   *
   * What `run` returns is plain JSON: it is kept, too, where a target may have to call again.
   *
   * @throws AnotherWaits on targets where it costs to wait: two callers take turns there, and a third leaves.
   */
  open<Result>(product: ProductId, run: (journal: Journal) => Promise<Result>): Promise<Result>;
}
