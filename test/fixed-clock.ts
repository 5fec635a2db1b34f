import type { Clock } from '../lib/ports/clock.ts';

/** A clock that stands still until it is told otherwise. */
export interface FixedClock extends Clock {
  advance(milliseconds: number): void;
}

export function fixedClock(iso: string): FixedClock {
  let time = Date.parse(iso);
  return {
    now: () => new Date(time),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
