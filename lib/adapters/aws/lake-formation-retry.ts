import { setTimeout as pause } from 'node:timers/promises';

/** What Lake Formation answers while another call changes the same permissions, or too many calls come at once. */
const PASSING: ReadonlySet<string> = new Set([
  'ConcurrentModificationException',
  'OperationTimeoutException',
  'ThrottlingException',
  'InternalServiceException',
]);

/** Calls in all, and the longest pause before the first repetition; pauses double up to a few seconds. */
const CALLS = 9;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Does something again while others are in its way, after pauses of random length so that they don't meet again. */
export async function retryConcurrent<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let call = 1; ; call += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (call === CALLS || !isPassing(thrown)) throw thrown;
    }
    await pauseBefore(call);
  }
}

/** Waits a random time before repeating a call for the so-manieth time. */
export async function pauseBefore(call: number): Promise<void> {
  await pause(Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** call));
}

export const MOST_CALLS = CALLS;

/** Whether an error, or the code of one, is over when one waits. */
export function isPassing(thrown: unknown): boolean {
  const name = typeof thrown === 'string' ? thrown : thrown instanceof Error ? thrown.name : '';
  return PASSING.has(name);
}

/** Whether a service answered with an exception of that name. */
export function isNamed(thrown: unknown, name: string): boolean {
  return thrown instanceof Error && thrown.name === name;
}
