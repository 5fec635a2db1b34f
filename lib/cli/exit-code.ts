import type { ErrorKind } from '../model/mesh-error.ts';

/** What a process that was interrupted ends with. */
export const INTERRUPTED = 130;
/** A bug of ours. */
export const BUG = 1;
/** Checks or verifications failed. */
export const FAILED = 6;

const CODES: Record<ErrorKind, number> = {
  usage: 2,
  'not-found': 3,
  denied: 4,
  conflict: 5,
  check: FAILED,
  breaking: 7,
  unsupported: 2,
  retry: 75,
};

/** The exit code for a kind of error. */
export function exitCodeOf(kind: ErrorKind): number {
  return CODES[kind];
}
