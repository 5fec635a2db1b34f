import { isAbsolute, join, resolve } from 'node:path';
import type { ProductDeclaration } from '../../model/define-product.ts';
import type { TransformFunction } from '../../model/define-transform.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ports } from '../../ports/ports.ts';
import { createBus, type LocalBus } from './bus.local.ts';
import { systemClock } from './clock.local.ts';
import { createEngine } from './engine.ts';
import { createGrants } from './grants.local.ts';
import { createJournals } from './journal.local.ts';
import { layout } from './layout.ts';
import { createLedger } from './ledger.local.ts';
import { createRegistry } from './registry.local.ts';
import { createSources } from './sources.local.ts';
import { createStore } from './store.ts';
import { createTranslate } from './translate.ts';
import { createWarehouse } from './warehouse.local.ts';

export interface LocalOptions {
  /** The folder of all local state. */
  readonly home: string;
  /** The folder of operational drops. @default `landing` below the home */
  readonly landing?: string;
  /** Finds the code of a product's transformation. */
  readonly loadTransform: (product: ProductModel) => Promise<TransformFunction<ProductDeclaration>>;
  /** @default the system's */
  readonly clock?: Clock;
  /** Called when another process is running a product that this one wants to run. */
  readonly onWaiting?: (product: string) => void;
}

/** The local target: every port on DuckDB, Parquet files and an embedded store, all below one folder. */
export interface LocalPorts extends Ports {
  readonly bus: LocalBus;
  /** Where operational drops are. */
  readonly landing: string;
  /** Frees what was opened; nothing is lost without it. */
  close(): void;
}

/** Opens the local target; whatever it needs is started when it is first used. */
export function createLocalPorts(options: LocalOptions): LocalPorts {
  const home = resolve(options.home);
  const landing = resolve(options.landing ?? layout.landing(home));
  const clock = options.clock ?? systemClock;
  const store = createStore({ home });
  const engine = createEngine({ temporaryFolder: layout.temporary(home) });
  return {
    landing,
    clock,
    bus: createBus({ store }),
    grants: createGrants({ store }),
    journals: createJournals({ home, clock, onWaiting: options.onWaiting }),
    ledger: createLedger({ store }),
    registry: createRegistry({ store }),
    sources: createSources({ landing, store }),
    transforms: { load: options.loadTransform },
    warehouse: createWarehouse({ home, landing, engine, translate: createTranslate() }),
    close() {
      engine.close();
      store.close();
    },
  };
}

/** The landing folder that a mesh's own word or the home makes. */
export function landingFolder(home: string, meshFolder: string, landing: string | undefined): string {
  if (landing === undefined) return layout.landing(resolve(home));
  return isAbsolute(landing) ? landing : join(meshFolder, landing);
}
