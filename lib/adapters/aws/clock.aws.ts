import type { Clock } from '../../ports/clock.ts';

/** The service's own time. */
export const systemClock: Clock = { now: () => new Date() };
