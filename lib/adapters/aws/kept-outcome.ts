import { MeshError, type MeshErrorOptions, UnsupportedError } from '../../model/mesh-error.ts';
import { UnfinishedRun } from '../../ports/journal.ts';

/** How work ended, as plain JSON: a journal keeps an error like a result, so that it is the same when it is thrown again. */
export type KeptOutcome = { readonly value?: unknown } | { readonly error: KeptError };

/** An error as plain JSON. */
export type KeptError =
  | { readonly kind: 'mesh'; readonly error: MeshErrorOptions & { readonly name: string }; readonly cause?: KeptError }
  | { readonly kind: 'unfinished'; readonly cause?: KeptError }
  | { readonly kind: 'other'; readonly name: string; readonly message: string; readonly cause?: KeptError };

/** Does work and says how it ended; never throws. */
export async function keepOutcome(work: () => Promise<unknown>): Promise<KeptOutcome> {
  try {
    return { value: await work() };
  } catch (thrown) {
    return { error: keepError(thrown) };
  }
}

/** The result of kept work, or its error, thrown. */
export function takeOutcome(outcome: KeptOutcome): unknown {
  if ('error' in outcome) throw reviveError(outcome.error);
  return outcome.value;
}

/** Causes behind causes are for whoever reads a log, up to here. */
const MOST_CAUSES = 3;

export function keepError(thrown: unknown, depth = 0): KeptError {
  const cause =
    thrown instanceof Error && thrown.cause !== undefined && depth < MOST_CAUSES
      ? keepError(thrown.cause, depth + 1)
      : undefined;
  if (thrown instanceof UnfinishedRun) return { kind: 'unfinished', cause };
  if (thrown instanceof MeshError) {
    const { name, code, kind, where, fix, problems } = thrown;
    // Of a list of problems the message is made anew.
    const message = problems[0]?.message ?? thrown.message;
    return { kind: 'mesh', error: { name, code, kind, message, where, fix, problems: [...problems] }, cause };
  }
  if (thrown instanceof Error) return { kind: 'other', name: thrown.name, message: thrown.message, cause };
  return { kind: 'other', name: 'Error', message: String(thrown) };
}

export function reviveError(kept: KeptError): Error {
  const cause = kept.cause && reviveError(kept.cause);
  switch (kept.kind) {
    case 'unfinished':
      return new UnfinishedRun(cause);
    case 'mesh': {
      const error = new MeshError({ ...kept.error, cause });
      // What an operation that a target lacks throws is told by its class.
      if (kept.error.name === 'UnsupportedError') Object.setPrototypeOf(error, UnsupportedError.prototype);
      error.name = kept.error.name;
      return error;
    }
    case 'other':
      return Object.assign(new Error(kept.message, { cause }), { name: kept.name });
  }
}
