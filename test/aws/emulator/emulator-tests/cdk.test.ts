import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCdk, tryCdk } from '../../run-cdk.ts';
import { type Emulator, startEmulator } from '../../start-emulator.ts';
import { until } from '../../until.ts';

const folder = mkdtempSync(join(tmpdir(), 'small-'));
const app = [
  '--app',
  `${process.execPath} ${join(import.meta.dirname, 'cdk-app/app.mjs')}`,
  '--output',
  join(folder, 'cdk.out'),
];
const all = ['deploy', '--all', '--require-approval', 'never', '--concurrency', '4', ...app];

let emulator: Emulator;
let outputs: { readonly [stack: string]: { readonly [name: string]: string } };
beforeAll(async () => {
  emulator = await startEmulator();
  await runCdk(['bootstrap', 'aws://000000000000/us-east-1'], emulator.env);
  await runCdk([...all, '--outputs-file', join(folder, 'outputs.json')], emulator.env);
  outputs = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'));
});
afterAll(() => emulator?.stop());

async function received(queue: string): Promise<string> {
  const sqs = new SQSClient({ ...client() });
  return until(
    `a message in ${queue}`,
    async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }));
      const message = Messages?.[0];
      if (message) await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle! }));
      return message?.Body;
    },
    60,
  );
}

/** An emulator of one's own is not the environment's. */
const client = () => ({ endpoint: emulator.endpoint });

test('deploys several stacks at once, after which nothing differs', async () => {
  expect(Object.keys(outputs).sort()).toEqual(['Small-a', 'Small-b', 'Small-mesh']);
  const { code, output } = await tryCdk(['diff', '--fail', ...app], emulator.env);
  expect(output).toContain('Number of stacks with differences: 0');
  expect(code).toBe(0);
});

test('delivers landed files, publications and failures to those that wait for them', async () => {
  const { BucketName, SeenUrl } = outputs['Small-a']!;
  const s3 = new S3Client({ ...client(), forcePathStyle: true });
  for (const Key of ['data/not this', 'landing/orders/1.csv']) {
    await s3.send(new PutObjectCommand({ Bucket: BucketName!, Key, Body: 'a' }));
  }
  expect(await received(SeenUrl!)).toBe('landing/orders/1.csv');
  const entry = (DetailType: string, product: string) => ({
    EventBusName: 'small',
    Source: 'mesh.small',
    DetailType,
    Detail: JSON.stringify({ data: { product } }),
  });
  const Entries = [entry('mesh.publication.published', 'x/b'), entry('mesh.run.failed', 'x/z')];
  await new EventBridgeClient(client()).send(new PutEventsCommand({ Entries }));
  expect(await received(outputs['Small-b']!.SeenUrl!)).toBe('x/b');
  expect(await received(outputs['Small-mesh']!.InboxUrl!)).toBe('"failed: x/z"');
});

test('updates all stacks, and their functions change', async () => {
  const changed = { ...emulator.env, CHANGE: '1' };
  await runCdk(all, changed);
  const { BucketName, SeenUrl } = outputs['Small-a']!;
  await new S3Client({ ...client(), forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: BucketName!, Key: 'landing/2', Body: 'a' }),
  );
  expect(await received(SeenUrl!)).toBe('changed landing/2');
});

test('says what it could not destroy', async () => {
  const { code, output } = await tryCdk(['destroy', 'Small-a', '--force', ...app], emulator.env);
  expect(output).toContain('The bucket you tried to delete is not empty');
  expect(code).toBe(1);
});
