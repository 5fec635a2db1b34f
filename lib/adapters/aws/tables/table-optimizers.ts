import {
  CreateTableOptimizerCommand,
  type TableOptimizerConfiguration,
  type TableOptimizerType,
  UpdateTableOptimizerCommand,
} from '@aws-sdk/client-glue';
import type { OutputModel, ProductModel } from '../../../model/mesh-model.ts';
import { isNamed } from '../lake-formation-retry.ts';
import { tableLocation } from './own-table.ts';
import type { TablesContext, TablesPlace } from './tables-context.ts';

/** Files that no snapshot names are removed after so many days: a run that is still writing is not that old. */
const ORPHAN_DAYS = 7;

/** Each run bills for a minute at least, also when it finds nothing. */
const ORPHAN_RUN_HOURS = 168;

/**
 * What Glue does for a table by itself, by kind. It expires no snapshots: it would go by when they were made, and the
 * registry promises them by when they ceased to be current; `forgetStates` takes out those that it no longer keeps.
 */
function optimizersOf(
  output: OutputModel,
  place: TablesPlace,
): { readonly [type in TableOptimizerType]?: TableOptimizerConfiguration } {
  const run = { roleArn: place.locationRoleArn, enabled: true };
  return {
    compaction: { ...run, compactionConfiguration: { icebergConfiguration: { strategy: 'binpack' } } },
    // Glue wants the configuration of a kind also of one that is off.
    retention: {
      ...run,
      enabled: false,
      retentionConfiguration: { icebergConfiguration: { cleanExpiredFiles: false } },
    },
    orphan_file_deletion: {
      ...run,
      orphanFileDeletionConfiguration: {
        icebergConfiguration: {
          orphanFileRetentionPeriodInDays: ORPHAN_DAYS,
          runRateInHours: ORPHAN_RUN_HOURS,
          location: tableLocation(place, output.table),
        },
      },
    },
  };
}

/** Sets a table's upkeep; doing it again changes nothing. */
export async function setOptimizers(
  { glue, account }: TablesContext,
  product: ProductModel,
  place: TablesPlace,
  output: OutputModel,
): Promise<void> {
  for (const [type, configuration] of Object.entries(optimizersOf(output, place))) {
    const request = {
      CatalogId: account,
      DatabaseName: product.database,
      TableName: output.table,
      Type: type as TableOptimizerType,
      TableOptimizerConfiguration: configuration,
    };
    try {
      await glue.send(new UpdateTableOptimizerCommand(request));
    } catch (thrown) {
      if (!isNamed(thrown, 'EntityNotFoundException')) throw thrown;
      // What was never on need not be made to be off.
      if (configuration.enabled) await createOptimizer(glue, request);
    }
  }
}

async function createOptimizer(
  glue: TablesContext['glue'],
  request: ConstructorParameters<typeof CreateTableOptimizerCommand>[0],
): Promise<void> {
  await glue.send(new CreateTableOptimizerCommand(request)).catch((thrown: unknown) => {
    if (!isNamed(thrown, 'AlreadyExistsException')) throw thrown;
  });
}
