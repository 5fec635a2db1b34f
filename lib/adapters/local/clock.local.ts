import { notATime } from '../../model/to-microseconds.ts';
import type { Clock } from '../../ports/clock.ts';

/** The machine's own time. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told otherwise: for tests. */
export interface FixedClock extends Clock {
  advance(milliseconds: number): void;
}

export function fixedClock(iso: string): FixedClock {
  let time = Date.parse(iso);
  if (Number.isNaN(time)) throw notATime(iso);
  return {
    now: () => new Date(time),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
