import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createDeployments } from '../../../lib/adapters/aws/deployments.aws.ts';
import { createLease } from '../../../lib/adapters/aws/lease.ts';
import { createLedger } from '../../../lib/adapters/aws/ledger.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import { createStore } from '../../../lib/adapters/aws/store.aws.ts';
import { runStoreBinding } from '../../../lib/adapters/aws/store.binding.ts';
import type { RunEntry } from '../../../lib/ports/ledger.ts';
import { sampleProduct, samplePublication, timeOf } from '../../conformance/samples.ts';
import { makeRole } from '../emulator/emulator-tests/make-role.ts';
import { meshTable } from './mesh-table.ts';

const own = 'logistics/scans';
const provider = 'logistics/parcels';
const other = 'logistics/secrets';
const refused = { name: expect.stringMatching(/^AccessDenied/) as unknown as string };

/** A mesh of three products, and its table as the run of one of them, which reads another, sees it. */
async function worldOfARun() {
  const mesh = await meshTable();
  const registry = createRegistry(mesh);
  for (const id of [own, provider, other]) {
    await registry.register({ ...sampleProduct({ name: id.split('/')[1]! }), id: id as typeof own }, timeOf(0));
    await registry.publish(samplePublication(1, { product: id as typeof own }), 0);
  }
  const tableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${mesh.table}`;
  const { credentials } = await makeRole(
    runStoreBinding(own, [provider])
      .permissions({ tableArn })
      .map(({ actions, resources, conditions }) => ({ Action: actions, Resource: resources, Condition: conditions })),
  );
  const client = new DynamoDBClient({ credentials, maxAttempts: 1 });
  return createStore({ client, table: mesh.table });
}

const entry = (product: typeof own): RunEntry => ({
  ...{ kind: 'run', id: `run-${product}`, at: timeOf(2), product, runId: 'run', outcome: 'published' },
  ...{ publicationId: 'p', milliseconds: 1, rows: {}, findings: [] },
});

test('a run publishes, records and takes turns for its own product, and reads its providers', async () => {
  const store = await worldOfARun();
  const registry = createRegistry({ store });
  expect(await registry.publish(samplePublication(2, { product: own }), 1)).toBe(true);
  expect((await registry.find(provider))?.current).toBeDefined();
  expect(await registry.publications(own)).toHaveLength(2);
  await createLedger({ store }).record(entry(own));
  expect(await createLedger({ store }).entries({ product: own, kind: 'run' })).toHaveLength(1);
  const lease = createLease({ store, clock: { now: () => new Date() }, product: own, holder: 'me' });
  expect(await lease.take()).toBe('held');
  await registry.expire(own, ['publication-1']);
});

test('a run changes no other product, nor what its own is registered and deployed as', async () => {
  const store = await worldOfARun();
  const registry = createRegistry({ store });
  await expect(registry.publish(samplePublication(2, { product: provider }), 1)).rejects.toMatchObject(refused);
  await expect(registry.register(sampleProduct({ name: 'scans', retentionDays: 9 }), timeOf(3))).rejects.toMatchObject(
    refused,
  );
  await expect(registry.remove(own)).rejects.toMatchObject(refused);
  await expect(createLedger({ store }).record(entry(provider as typeof own))).rejects.toMatchObject(refused);
  const elsewhere = {
    product: own,
    bucket: 'of-others',
    workGroup: '',
    removal: 'destroy',
    manifestFingerprint: '',
  } as const;
  const deployment = { ...elsewhere, runRoleArn: '', locationRoleArn: '' };
  await expect(createDeployments({ store }).put(deployment)).rejects.toMatchObject(refused);
  await expect(store.write({ put: { pk: 'GRANTS', sk: own, grants: '[]' } })).rejects.toMatchObject(refused);
});

test('a run reads nothing of what products publish that it does not read', async () => {
  const registry = createRegistry({ store: await worldOfARun() });
  await expect(registry.find(other)).rejects.toMatchObject(refused);
  await expect(registry.publications(other)).rejects.toMatchObject(refused);
});
