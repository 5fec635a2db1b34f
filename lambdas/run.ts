/** Runs its product for whatever woke it; what there is to do, the run finds out itself. */
import { runDurably } from '../lib/adapters/aws/durable-handler.ts';
import { counted, openProduct, settle } from '../lib/adapters/aws/open-product.ts';
import { run } from '../lib/flow/run.ts';

export const handler = counted(
  runDurably(async (event, context) => {
    await settle(event, context);
    const { manifest, ports } = await openProduct(context);
    return run(ports, manifest);
  }),
);
