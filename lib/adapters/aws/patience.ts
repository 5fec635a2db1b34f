import { setTimeout as pause } from 'node:timers/promises';

export interface PatienceOptions {
  /** @default 8 */
  readonly attempts?: number;
  /** The longest first pause; each next one may be twice as long. @default 25 */
  readonly firstPauseMs?: number;
}

/** Does work again, later and later, while what it throws says that another time will do; the SDK's own retries come first. */
export async function withPatience<Result>(
  isPassing: (error: unknown) => boolean,
  work: () => Promise<Result>,
  { attempts = 8, firstPauseMs = 25 }: PatienceOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !isPassing(error)) throw error;
    }
    // At random, so that those who met don't meet again.
    await pause(Math.ceil(Math.random() * firstPauseMs * 2 ** (attempt - 1)));
  }
}
