import { withPatience } from './patience.ts';

/** What Lake Formation and Glue answer while another call changes the same thing, or too many calls come at once. */
const PASSING: ReadonlySet<string> = new Set([
  'ConcurrentModificationException',
  'OperationTimeoutException',
  'ThrottlingException',
  'InternalServiceException',
]);

/** Of thirty callers at once, each has its turn within so many attempts. */
const PATIENCE = { attempts: 10, firstPauseMs: 100 };

/** Does something again while others are in its way, after pauses of random length so that they don't meet again. */
export function retryConcurrent<Result>(work: () => Promise<Result>): Promise<Result> {
  return withPatience((thrown) => thrown instanceof Error && isPassing(thrown.name, thrown.message), work, PATIENCE);
}

/** Whether an error of that name is over when one waits. */
export function isPassing(name = '', message = ''): boolean {
  // Other services hear of a new role some seconds after IAM has made it.
  return PASSING.has(name) || (name === 'InvalidInputException' && /invalid principal/i.test(message));
}

/** Whether a service answered with an exception of that name. */
export function isNamed(thrown: unknown, name: string): boolean {
  return thrown instanceof Error && thrown.name === name;
}
