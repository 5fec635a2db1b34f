import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { Ports } from '../../ports/ports.ts';
import { athenaBinding } from './athena/athena.binding.ts';
import { createAthena } from './athena/athena.ts';
import { BUCKET_LAYOUT } from './aws.binding.ts';
import { createBus } from './bus.aws.ts';
import { busBinding } from './bus.binding.ts';
import { CLIENT } from './client-options.ts';
import { systemClock } from './clock.aws.ts';
import { createGrantsRecord } from './grants-record.ts';
import { createJournals } from './journal.aws.ts';
import { createLedger } from './ledger.aws.ts';
import { readVariables } from './read-variables.ts';
import { createRegistry } from './registry.aws.ts';
import { createRows } from './rows/create-rows.ts';
import { createSources } from './sources.aws.ts';
import { createStore } from './store.aws.ts';
import { storeBinding } from './store.binding.ts';
import { createTransforms } from './transforms.aws.ts';
import { createWarehouse } from './warehouse/warehouse.aws.ts';
import { warehouseBinding } from './warehouse/warehouse.binding.ts';

/** What a `run` function gives its product's run, for one durable execution. */
export function createRunPorts(context: DurableContext, s3: S3Client, { id, database }: ProductModel): Ports {
  const { table } = readVariables(storeBinding);
  const { bus, mesh } = readVariables(busBinding);
  const { bucket } = readVariables(warehouseBinding);
  const { workGroup } = readVariables(athenaBinding);
  const store = createStore({ client: new DynamoDBClient(CLIENT), table });
  const clock = systemClock;
  const glue = new GlueClient(CLIENT);
  const resultLocation = `s3://${bucket}/${BUCKET_LAYOUT.results}`;
  const athena = createAthena({ client: new AthenaClient(CLIENT), workGroup, resultLocation });
  const rows = createRows({ athena, glue, s3, bucket, database });
  const notHere = async () => {
    throw notTheRegistrar(id);
  };
  return {
    clock,
    bus: createBus({ client: new EventBridgeClient(CLIENT), bus, mesh }),
    grants: { list: createGrantsRecord({ store }).list, reconcile: notHere },
    journals: createJournals({ context, store, s3, bucket, clock }),
    ledger: createLedger({ store }),
    registry: createRegistry({ store }),
    sources: createSources({ s3, bucket }),
    transforms: createTransforms({ load: () => import(new URL('./transform.mjs', import.meta.url).href) }),
    warehouse: createWarehouse({
      athena,
      glue,
      s3,
      rows,
      place: async () => ({ bucket }),
      provision: notHere,
      remove: notHere,
    }),
  };
}

/** Tables and grants are the registrar's: no run has the right to touch them. */
function notTheRegistrar(product: ProductModel['id']): MeshError {
  return new MeshError({
    code: 'not-the-registrar',
    kind: 'denied',
    message: 'a run was asked to make tables or grants',
    fix: 'deploy the product: its registrar does',
    where: { product },
  });
}
