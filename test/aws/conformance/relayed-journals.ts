import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { ProductId } from '../../../lib/model/names.ts';
import { type Journal, type Journals, UnfinishedRun } from '../../../lib/ports/journal.ts';
import { relayFunctions } from './relay-functions.ts';

export interface RelayedJournalsOptions {
  /** The adapter's journals for one invocation of a durable function. */
  readonly create: (context: DurableContext) => Journals;
  /** Time passes by itself where a run waits. */
  readonly advance: (milliseconds: number) => void;
}

/** Journals for tests: each `open` is a durable execution of its own, or goes on with the product's unfinished one. */
export interface RelayedJournals extends Journals {
  leaveUnfinished(product: ProductId, steps: readonly { name: string; result: unknown }[]): Promise<string>;
  /** Ends all executions. */
  close(): void;
}

/** Somebody who opened a journal. */
interface Caller {
  readonly run: (journal: Journal) => Promise<unknown>;
  readonly done: PromiseWithResolvers<unknown>;
}

/** One durable execution: its callers come one after the other, when one left it unfinished. */
interface Execution {
  caller: PromiseWithResolvers<Caller>;
  death: PromiseWithResolvers<never>;
}

interface PromiseWithResolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

export function createRelayedJournals({ create, advance }: RelayedJournalsOptions): RelayedJournals {
  const unfinished = new Map<ProductId, Execution>();
  const saved = new Set<string>();
  const savers = new Set<() => void>();
  let closed = false;

  async function begin(product: ProductId): Promise<Execution> {
    const execution: Execution = { caller: deferred(), death: deferred() };
    const relay = await relayFunctions();
    await relay.start({
      work: (context) => work(product, execution, context),
      killed: () => execution.death.promise,
      waitSeconds: (seconds) => {
        advance(seconds * 1000);
        return 1;
      },
      onSaved(name) {
        saved.add(name);
        for (const tell of savers) tell();
      },
    });
    return execution;
  }

  async function work(product: ProductId, execution: Execution, context: DurableContext): Promise<void> {
    if (closed) throw new Error('the test is over');
    let value: unknown;
    try {
      value = await create(context).open(product, async (journal) => {
        const { run, done } = await execution.caller.promise;
        try {
          return await run(journal);
        } catch (error) {
          if (error instanceof UnfinishedRun) {
            unfinished.set(product, execution);
            execution.caller = deferred();
            done.reject(error);
          }
          throw error;
        }
      });
    } catch (error) {
      (await execution.caller.promise).done.reject(error);
      return;
    }
    (await execution.caller.promise).done.resolve(value);
  }

  async function call(product: ProductId, run: Caller['run']): Promise<unknown> {
    const execution = unfinished.get(product) ?? (await begin(product));
    unfinished.delete(product);
    const caller: Caller = { run, done: deferred() };
    execution.caller.resolve(caller);
    return caller.done.promise;
  }

  return {
    open: async <Result>(product: ProductId, run: (journal: Journal) => Promise<Result>) =>
      (await call(product, run)) as Result,

    async leaveUnfinished(product, steps) {
      const execution = await begin(product);
      const runId = deferred<string>();
      execution.caller.resolve({
        run: async (journal) => {
          for (const { name, result } of steps) await journal.step(name, async () => result);
          runId.resolve(journal.runId);
          return new Promise(() => undefined);
        },
        done: deferred(),
      });
      const id = await runId.promise;
      // A step's result is on its way when the next one begins.
      await new Promise<void>((resolve) => {
        const look = () => steps.every(({ name }) => saved.has(name)) && resolve();
        savers.add(look);
        look();
      });
      const { death } = execution;
      Object.assign(execution, { caller: deferred(), death: deferred() });
      unfinished.set(product, execution);
      death.reject(new Error('killed'));
      return id;
    },

    close() {
      closed = true;
      for (const { caller } of unfinished.values()) {
        caller.resolve({ run: async () => undefined, done: deferred() });
      }
    },
  };
}

function deferred<Value>(): PromiseWithResolvers<Value> {
  let settle: Pick<PromiseWithResolvers<Value>, 'resolve' | 'reject'>;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody may be listening.
  promise.catch(() => undefined);
  return { promise, ...settle! };
}
