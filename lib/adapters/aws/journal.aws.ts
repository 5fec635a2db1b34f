import { randomUUID } from 'node:crypto';
import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { S3Client } from '@aws-sdk/client-s3';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductId } from '../../model/names.ts';
import type { Clock } from '../../ports/clock.ts';
import { AnotherWaits, type Journal, type Journals, UnfinishedRun } from '../../ports/journal.ts';
import { BUCKET_LAYOUT } from './aws.binding.ts';
import { type JournalSerdesOptions, journalSerdes } from './journal-serdes.ts';
import { type KeptError, type KeptOutcome, keepError, keepOutcome, reviveError, takeOutcome } from './kept-outcome.ts';
import { createLease, type Lease } from './lease.ts';
import { AWAKE, type Pace, withPace } from './pace.ts';
import type { Store } from './store.aws.ts';

export interface JournalsOptions {
  /** The durable execution that the function was called for. */
  readonly context: DurableContext;
  readonly store: Store;
  readonly s3: S3Client;
  /** The product's bucket. */
  readonly bucket: string;
  readonly clock: Clock;
}

/** How one attempt at a run ended, as plain JSON. */
type Attempt =
  | { readonly kind: 'returned'; readonly value?: unknown }
  | { readonly kind: 'threw'; readonly error: KeptError }
  | { readonly kind: 'unfinished'; readonly error: KeptError; readonly done: DoneSteps };

/** Steps that need not be done again, by `step <name>` or `sleep <name>`. */
type DoneSteps = { readonly [key: string]: { readonly value?: unknown } };

/** Attempts at a run that can't end, such as one whose ledger is away; they take some hours. */
const MOST_ATTEMPTS = 12;
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 3600;
/** Between two looks whether one's turn has come. */
const FIRST_LOOK_SECONDS = 2;
const LONGEST_LOOK_SECONDS = 60;

/**
 * Journals as Lambda durable executions. Every call of the function runs the code from its beginning; what was done before
 * is given back by the service. So durable operations come in the same order each time, and whatever else the code does
 * between them may happen more than once.
 */
export function createJournals({ context, store, s3, bucket, clock }: JournalsOptions): Journals {
  return {
    async open<Result>(product: ProductId, run: (journal: Journal) => Promise<Result>): Promise<Result> {
      const runId = await context.step('run-id', async () => newRunId(clock.now()));
      const lease = createLease({ store, clock, product, holder: runId });
      const results = { s3, bucket, folder: `${BUCKET_LAYOUT.journal}${runId}/` };
      await takeTurn(context, lease, product);
      const attempt = await attemptRun({ context, product, runId, lease, results }, run);
      await context.step('leave', () => lease.leave());
      if (attempt.kind === 'returned') return attempt.value as Result;
      const error = reviveError(attempt.error);
      throw attempt.kind === 'unfinished' ? new UnfinishedRun(error) : error;
    },
  };
}

async function takeTurn(context: DurableContext, lease: Lease, product: ProductId): Promise<void> {
  let turn = await context.step('turn', () => lease.take());
  if (turn === 'waiting') {
    // A context of its own, so that the service forgets the looks when they are over.
    turn = await context.runInChildContext('wait-for-turn', async (child) => {
      for (let look = 1; ; look += 1) {
        const seconds = Math.min(FIRST_LOOK_SECONDS * 2 ** (look - 1), LONGEST_LOOK_SECONDS);
        await child.wait(`pause-${look}`, { seconds });
        const found = await child.step(`look-${look}`, () => lease.take());
        if (found !== 'waiting') return found;
      }
    });
  }
  if (turn === 'another-waits') throw new AnotherWaits(product);
}

/** What the steps of one run need. */
interface Run {
  readonly context: DurableContext;
  readonly product: ProductId;
  readonly runId: string;
  readonly lease: Lease;
  readonly results: JournalSerdesOptions;
}

/** Runs, and runs again what cannot end now: steps that succeeded are not done again, those that failed are. */
async function attemptRun(parts: Run, run: (journal: Journal) => Promise<unknown>): Promise<Attempt> {
  const { context, lease } = parts;
  let done: DoneSteps = {};
  for (let number = 1; ; number += 1) {
    const attempt = await context.runInChildContext(
      `run-${number}`,
      async (child): Promise<Attempt> => {
        const finished = new Map(Object.entries(done));
        try {
          return { kind: 'returned', value: await run(createJournal({ ...parts, context: child }, finished)) };
        } catch (thrown) {
          if (!(thrown instanceof UnfinishedRun)) return { kind: 'threw', error: keepError(thrown) };
          return { kind: 'unfinished', error: keepError(thrown.cause), done: Object.fromEntries(finished) };
        }
      },
      { serdes: journalSerdes<Attempt>(parts.results) },
    );
    if (attempt.kind !== 'unfinished' || number === MOST_ATTEMPTS) return attempt;
    done = attempt.done;
    const seconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** (number - 1), LONGEST_PAUSE_SECONDS);
    await context.step(`hold-${number}`, () => lease.renew(seconds));
    await context.wait(`pause-${number}`, { seconds });
  }
}

/** The journal of one attempt; `finished` is what attempts before it have done, and grows. */
function createJournal(run: Run, finished: Map<string, { readonly value?: unknown }>): Journal {
  const { context, product, runId, lease } = run;
  const serdes = journalSerdes<KeptOutcome>(run.results);
  const used = new Set<string>();

  /** Does under a name, which a run uses once: a second use would get the first one's result. */
  async function once(kind: 'step' | 'sleep', name: string, work: () => Promise<KeptOutcome>): Promise<unknown> {
    const key = `${kind} ${name}`;
    if (used.has(key)) throw repeated(kind, name, product);
    used.add(key);
    const outcome = finished.get(key) ?? (await work());
    if (!('error' in outcome)) finished.set(key, outcome);
    return takeOutcome(outcome);
  }

  return {
    runId,
    isResumed: false,
    step: async <Result>(name: string, work: () => Promise<Result>) => {
      const keep = () =>
        context.runInChildContext(
          name,
          (inside) =>
            keepOutcome(async () => {
              await lease.renew();
              return withPace(durablePace(inside, lease, serdes), work);
            }),
          { serdes },
        );
      return (await once('step', name, keep)) as Result;
    },
    async sleep(name, seconds) {
      await once('sleep', name, async () => {
        const held = await context.step(`hold-${name}`, () => keepOutcome(() => lease.renew(seconds)), { serdes });
        if (!('error' in held)) await context.wait(name, { seconds: whole(seconds) });
        return held;
      });
    },
  };
}

type KeptSerdes = ReturnType<typeof journalSerdes<KeptOutcome>>;

/** Lets time pass without a running function. */
function durablePace(context: DurableContext, lease: Lease, serdes: KeptSerdes): Pace {
  return {
    step: async <Result>(name: string, work: () => Promise<Result>) => {
      // Work within a step is no step itself.
      const keep = () => keepOutcome(() => withPace(AWAKE, work));
      return takeOutcome(await context.step(name, keep, { serdes })) as Result;
    },
    async wait(name, seconds) {
      await lease.renew(seconds);
      await context.wait(name, { seconds: whole(seconds) });
    },
  };
}

/** What the service waits at least, and in. */
function whole(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}

/** `20260131T081500123-1f3a9c2e41d7`: sorts by time, and may be a part of a file's name. */
function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:.Z]/g, '')}-${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

function repeated(kind: string, name: string, product: ProductId): MeshError {
  const message = `the run's ${kind} \`${name}\` was there before`;
  return new MeshError({ code: 'repeated-step', message, fix: 'give each a name of its own', where: { product } });
}
