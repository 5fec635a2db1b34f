import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Grants } from './grants.ts';
import type { Journals } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Registry } from './registry.ts';
import type { Sources } from './sources.ts';
import type { Transforms } from './transforms.ts';
import type { Warehouse } from './warehouse.ts';

/** Everything the flow speaks to: one target. */
export interface Ports {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly grants: Grants;
  readonly journals: Journals;
  readonly ledger: Ledger;
  readonly registry: Registry;
  readonly sources: Sources;
  readonly transforms: Transforms;
  readonly warehouse: Warehouse;
}
