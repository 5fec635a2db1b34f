import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * How a long call to a service lets time pass. Inside a durable step it suspends the function, so that nothing bills
 * while Athena works; anywhere else it sleeps.
 */
export interface Pace {
  /** Does something once: a process that goes on later gets its result, plain JSON. The work must be idempotent. */
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  wait(name: string, seconds: number): Promise<void>;
}

/** Outside of any step: time passes as it does. */
export const AWAKE: Pace = {
  step: (_name, work) => work(),
  wait: (_name, seconds) => pause(seconds * 1000),
};

const paces = new AsyncLocalStorage<Pace>();

/** The pace of the step that the caller is in. */
export function currentPace(): Pace {
  return paces.getStore() ?? AWAKE;
}

/** Does work whose long calls keep a pace. */
export function withPace<Result>(pace: Pace, work: () => Promise<Result>): Promise<Result> {
  return paces.run(pace, work);
}
