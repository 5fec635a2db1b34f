import { describe, expect, test } from 'vitest';
import { runAgain } from '../../../lib/adapters/aws/run-again.ts';
import { MeshError } from '../../../lib/model/mesh-error.ts';
import { relayFunctions } from '../conformance/relay-functions.ts';

/** One durable execution whose runs end so, one after the other: with an error of that code, or well. */
async function execute(...ends: readonly string[]) {
  const pauses: number[] = [];
  let runs = 0;
  const relay = await relayFunctions();
  const kind = await new Promise<string>((resolve, reject) => {
    const started = relay.start({
      async work(context) {
        // As in a run, what was done is the service's to remember: it is not done again after a pause.
        const run = async () => {
          const code = await context.step('end', async () => ends[runs++]!);
          if (code === 'published') return { kind: code };
          return { kind: 'failed', error: new MeshError({ code, message: 'this time', fix: 'try again' }) };
        };
        await runAgain(context, run).then(({ kind }) => resolve(kind), reject);
      },
      killed: () => new Promise(() => {}),
      onSaved: () => {},
      waitSeconds(seconds) {
        pauses.push(seconds);
        return 1;
      },
    });
    started.catch(reject);
  });
  return { kind, pauses, runs };
}

describe('a run that failed', () => {
  test('for what passes is run again after a pause, until it does', async () => {
    expect(await execute('denied', 'busy', 'published')).toEqual({ kind: 'published', pauses: [60, 300], runs: 3 });
  });

  test('for what does not pass is not', async () => {
    expect(await execute('conversion-failed')).toEqual({ kind: 'failed', pauses: [], runs: 1 });
    expect(await execute('busy', 'cancelled')).toEqual({ kind: 'failed', pauses: [60], runs: 2 });
  });

  test('again and again is left at last', async () => {
    const { kind, pauses, runs } = await execute('busy', 'superseded', 'denied', 'busy', 'published');
    expect({ kind, pauses, runs }).toEqual({ kind: 'failed', pauses: [60, 300, 900], runs: 4 });
  });
});

test('a run that did not fail ends', async () => {
  expect(await execute('published')).toEqual({ kind: 'published', pauses: [], runs: 1 });
});
