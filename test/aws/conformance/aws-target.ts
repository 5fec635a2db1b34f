import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { createBus } from '../../../lib/adapters/aws/bus.aws.ts';
import { createDeployments } from '../../../lib/adapters/aws/deployments.aws.ts';
import { createGrants } from '../../../lib/adapters/aws/grants.aws.ts';
import { createJournals } from '../../../lib/adapters/aws/journal.aws.ts';
import { createLedger } from '../../../lib/adapters/aws/ledger.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import { createSources } from '../../../lib/adapters/aws/sources.aws.ts';
import { createStore } from '../../../lib/adapters/aws/store.aws.ts';
import { support } from '../../../lib/adapters/aws/support.ts';
import { findReadings } from '../../../lib/flow/find-readings.ts';
import type { ProductId } from '../../../lib/model/names.ts';
import type { MeshEvent } from '../../../lib/ports/bus.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import type { ConformancePlace, ConformanceTarget } from '../../conformance/target.ts';
import { createTable } from './create-table.ts';
import { createBusQueue } from './queue.ts';
import { createRelayedJournals } from './relayed-journals.ts';
import { createWarehousePlace } from './warehouse-place.ts';

let places = 0;

/** AWS, as the emulator is it: an account for each place, with a table, a bus and a bucket. */
export const awsTarget: ConformanceTarget = {
  name: 'aws',
  support,
  async create(): Promise<ConformancePlace> {
    places += 1;
    const name = `conformance-${process.pid}-${places}-${Date.now().toString(36)}`;
    let time = Date.parse('2026-01-31T08:00:00Z');
    const clock: Clock = { now: () => new Date(time) };
    const advance = (milliseconds: number) => {
      time += milliseconds;
    };
    const rules: string[] = [];
    /** How much time the schedules have seen pass. */
    let scheduled = time;
    const place = await createWarehousePlace();
    const { account, bucket, s3 } = place;
    const own = { credentials: { accessKeyId: account, secretAccessKey: 'test' } };
    const dynamodb = new DynamoDBClient(own);
    const [queue] = await Promise.all([createBusQueue(name, own), createTable(dynamodb, name)]);
    const openStore = () => createStore({ client: new DynamoDBClient(own), table: name });
    const journals = createRelayedJournals({
      create: (context) => createJournals({ context, store: openStore(), s3, bucket, clock }),
      advance,
    });
    const openPorts = (): Ports => {
      const store = openStore();
      const registry = createRegistry({ store });
      const grants = createGrants({
        account,
        glue: new GlueClient(own),
        lakeFormation: new LakeFormationClient(own),
        store,
        deployments: createDeployments({ store }),
        teamRoles: {},
        roleExists: async () => true,
        readings: (product) => findReadings({ registry, clock }, product),
      });
      return {
        bus: createBus({ client: new EventBridgeClient(own), bus: name, mesh: name }),
        clock,
        grants,
        journals,
        ledger: createLedger({ store }),
        registry,
        sources: createSources({ s3, bucket }),
        transforms: { load: () => Promise.reject(new Error('the samples have no code')) },
        warehouse: place.open(),
      };
    };
    return {
      ports: openPorts(),
      advance,
      anotherProcess: openPorts,
      land: place.land,
      async deliver(handler) {
        for (const rule of rules) await passTime(rule, (time - scheduled) / 1000);
        scheduled = time;
        await queue.drain(handler);
      },
      leaveUnfinished: (product, steps) => journals.leaveUnfinished(product, steps),
      async schedule({ id, refresh }) {
        const rule = `${name}-${rules.length}`;
        await queue.schedule(rule, refresh.schedule!, dueEvent(id, clock.now()));
        rules.push(rule);
      },
      async remove() {
        journals.close();
        // The rest is in an account that nobody enters again.
        await Promise.all([queue.remove(), dynamodb.send(new DeleteTableCommand({ TableName: name }))]);
      },
    };
  },
};

function dueEvent(product: ProductId, now: Date): MeshEvent {
  return {
    specversion: '1.0',
    id: `due-${product}`,
    source: `mesh://conformance/${product}`,
    type: 'mesh.schedule.due',
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: { product },
  };
}

/** The emulator’s schedules know no other clock than their own. */
async function passTime(rule: string, seconds: number): Promise<void> {
  const request = { method: 'POST', body: JSON.stringify({ rule, seconds }) };
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/pass`, request);
  if (!answer.ok) throw new Error(`time does not pass: ${await answer.text()}`);
}
