import { buildFlights } from './build-flights.ts';
import { buildOpetence } from './build-opetence.ts';
import { bundles } from './bundles.ts';
import { checkThousand } from './check-thousand.ts';
import type { Bench } from './harness/bench.ts';
import { help } from './help.ts';
import { price } from './price.ts';
import { rebuildUnchanged } from './rebuild-unchanged.ts';
import { synthOne } from './synth-one.ts';
import { synthThousand } from './synth-thousand.ts';

/** Every bench, in the order in which they run. */
export const BENCHES: readonly Bench[] = [
  help,
  price,
  checkThousand,
  rebuildUnchanged,
  buildFlights,
  buildOpetence,
  synthThousand,
  synthOne,
  bundles,
];
