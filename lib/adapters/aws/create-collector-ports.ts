import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { CollectCostPorts } from '../../flow/collect-cost.ts';
import { CLIENT } from './client-options.ts';
import { systemClock } from './clock.aws.ts';
import { createDeployments } from './deployments.aws.ts';
import { createLedger } from './ledger.aws.ts';
import { readVariables } from './read-variables.ts';
import { createRegistry } from './registry.aws.ts';
import { createStore } from './store.aws.ts';
import { storeBinding } from './store.binding.ts';
import { createUsage } from './usage.aws.ts';

/** What the cost collector speaks to, from its environment. */
export function createCollectorPorts(): CollectCostPorts {
  const { table } = readVariables(storeBinding);
  const store = createStore({ client: new DynamoDBClient(CLIENT), table });
  const deployments = createDeployments({ store });
  return {
    clock: systemClock,
    ledger: createLedger({ store }),
    registry: createRegistry({ store }),
    usage: createUsage({ athena: new AthenaClient(CLIENT), s3: new S3Client(CLIENT), store, deployments }),
  };
}
