import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { BUCKET_LAYOUT } from '../../../lib/adapters/aws/aws.binding.ts';
import { createBus } from '../../../lib/adapters/aws/bus.aws.ts';
import { createJournals } from '../../../lib/adapters/aws/journal.aws.ts';
import { createLedger } from '../../../lib/adapters/aws/ledger.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import { createStore } from '../../../lib/adapters/aws/store.aws.ts';
import { support } from '../../../lib/adapters/aws/support.ts';
import type { ProductId } from '../../../lib/model/names.ts';
import type { MeshEvent } from '../../../lib/ports/bus.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import type { ConformancePlace, ConformanceTarget } from '../../conformance/target.ts';
import { createTable } from './create-table.ts';
import { createBusQueue } from './queue.ts';
import { createRelayedJournals } from './relayed-journals.ts';

let places = 0;

/** AWS, as the emulator is it: a table, a bus and a bucket for each place. */
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
    const dynamodb = new DynamoDBClient();
    const s3 = new S3Client({ forcePathStyle: true });
    const [queue] = await Promise.all([
      createBusQueue(name),
      createTable(dynamodb, name),
      s3.send(new CreateBucketCommand({ Bucket: name })),
    ]);
    const openStore = () => createStore({ client: new DynamoDBClient(), table: name });
    const journals = createRelayedJournals({
      create: (context) => createJournals({ context, store: openStore(), s3, bucket: name, clock }),
      advance,
    });
    const openPorts = (): Ports => {
      const store = openStore();
      return {
        bus: createBus({ client: new EventBridgeClient(), bus: name, mesh: name }),
        clock,
        grants: notHere('grants'),
        journals,
        ledger: createLedger({ store }),
        registry: createRegistry({ store }),
        sources: notHere('sources'),
        transforms: { load: () => Promise.reject(new Error('the samples have no code')) },
        warehouse: notHere('warehouse'),
      };
    };
    return {
      ports: openPorts(),
      advance,
      anotherProcess: openPorts,
      async land(path, content) {
        const Body = typeof content === 'string' ? Buffer.from(content) : content;
        await s3.send(new PutObjectCommand({ Bucket: name, Key: `${BUCKET_LAYOUT.landing}${path}`, Body }));
      },
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
        await Promise.all([queue.remove(), dynamodb.send(new DeleteTableCommand({ TableName: name }))]);
        await removeBucket(s3, name);
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

async function removeBucket(s3: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

function notHere<Port extends object>(port: string): Port {
  return new Proxy({} as Port, {
    get() {
      throw new Error(`the target has no ${port} yet`);
    },
  });
}
