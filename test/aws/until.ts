import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is there; what happens on the other side has no other way to tell. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false>,
  seconds = 90,
): Promise<Answer> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
    await pause(250);
  }
}
