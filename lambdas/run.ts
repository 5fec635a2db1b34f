/** Runs its product for whatever woke it; what there is to do, the run finds out itself. */
import { runDurably } from '../lib/adapters/aws/durable-handler.ts';
import { counted, openProduct, settle } from '../lib/adapters/aws/open-product.ts';
import { runAgain } from '../lib/adapters/aws/run-again.ts';
import { isRegistered } from '../lib/flow/is-registered.ts';
import { run } from '../lib/flow/run.ts';

export const handler = counted(
  runDurably(async (event, context) => {
    await settle(event, context);
    const { manifest, ports } = await openProduct(context);
    // Once, whatever a deployment changes while the run waits.
    const isReady = await context.step('registered', () => isRegistered(ports, manifest));
    if (!isReady) return { kind: 'waiting', product: manifest.id, reason: 'it is not registered as it is here' };
    return runAgain(context, () => run(ports, manifest));
  }),
);
