import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { MeshError } from '../../model/mesh-error.ts';

/** How a run ended; only one that failed has an error. */
interface Ended {
  readonly kind: string;
  readonly error?: MeshError;
}

/** What may pass by itself: a service too busy, a grant that does not work everywhere yet, others that came first. */
const PASSING: ReadonlySet<string> = new Set(['busy', 'denied', 'superseded']);
const PAUSES_SECONDS = [60, 300, 900];

/**
 * Runs, and runs again after 1, 5 and 15 minutes while it fails for what may pass: nothing else would begin it again
 * before its next event, which may be a day away. The function sleeps meanwhile, and holds no turn: other runs go first.
 */
export async function runAgain<Result extends Ended>(
  context: DurableContext,
  run: () => Promise<Result>,
): Promise<Result> {
  for (const seconds of PAUSES_SECONDS) {
    const result = await run();
    if (!result.error || !PASSING.has(result.error.code)) return result;
    await context.wait('run-again', { seconds });
  }
  return run();
}
