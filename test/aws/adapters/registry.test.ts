import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDeployments, type Deployment } from '../../../lib/adapters/aws/deployments.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import type { Finding } from '../../../lib/ports/finding.ts';
import type { Registry } from '../../../lib/ports/registry.ts';
import { sampleProduct, samplePublication, timeOf } from '../../conformance/samples.ts';
import { type MeshTable, meshTable } from './mesh-table.ts';

const id = 'logistics/scans';
const deployment: Deployment = {
  product: id,
  bucket: 'bucket',
  workGroup: 'work',
  runRoleArn: 'arn:aws:iam::111111111111:role/run',
  locationRoleArn: 'arn:aws:iam::111111111111:role/location',
  removal: 'retain',
  manifestFingerprint: 'f',
};

let mesh: MeshTable;
let registry: Registry;

beforeEach(async () => {
  mesh = await meshTable();
  registry = createRegistry(mesh);
  await registry.register(sampleProduct(), timeOf(0));
});

/** A publication that read so many files of one source; their hashes can't be compressed. */
function reading(number: number, count: number) {
  const files = Array.from({ length: count }, (_, index) => ({
    path: `logistics/scans/${number}/${index}.csv`,
    bytes: index,
    hash: Buffer.from(`${(number * count + index) * 2654435761}`.repeat(4))
      .toString('hex')
      .slice(0, 64),
  }));
  const drops = { kind: 'source', digest: `${number}`, files } as const;
  return { files, publication: samplePublication(number, { inputs: { drops } }) };
}

async function chunks(): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await mesh.client.send(new ScanCommand({ TableName: mesh.table, ExclusiveStartKey }));
    count += (page.Items ?? []).filter(({ sk }) => sk?.S?.startsWith('BODY#')).length;
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey);
  return count;
}

describe('the registry on DynamoDB', () => {
  test('publishes what 50,000 files went into, and remembers each', async () => {
    const first = reading(1, 50_000);
    const second = reading(2, 10);
    expect(await registry.publish(first.publication, 0)).toBe(true);
    expect((await registry.find(id))?.current).toEqual(first.publication);
    expect(await registry.publish(second.publication, 1)).toBe(true);
    expect(await registry.publications(id)).toEqual([second.publication, first.publication]);
    const consumed = await registry.consumedFiles(id, 'fingerprint', 'drops');
    expect(consumed.size).toBe(50_010);
    for (const { path, hash } of [first.files[0]!, first.files[49_999]!, second.files[9]!]) {
      expect(consumed.get(path)).toBe(hash);
    }
  });

  test('leaves nothing behind of what did not become visible', async () => {
    expect(await registry.publish(samplePublication(1), 0)).toBe(true);
    const before = await chunks();
    expect(await registry.publish(reading(2, 20_000).publication, 0)).toBe(false);
    const rivals = [reading(3, 20_000), reading(4, 20_000)].map(({ publication }) => publication);
    const moved = await Promise.all(rivals.map((publication) => registry.publish(publication, 1)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    const winner = rivals[moved.indexOf(true)]!;
    expect((await registry.find(id))?.current).toEqual(winner);
    const one = await chunks();
    expect(one).toBeGreaterThan(before);
    expect((await registry.consumedFiles(id, 'fingerprint', 'drops')).size).toBe(20_000);
    expect(await registry.publish(winner, 1)).toBe(false);
    expect(await chunks()).toBe(one);
    expect((await registry.find(id))?.current).toEqual(winner);
  });

  test('removes large bodies with what they belong to', async () => {
    const finding: Finding = {
      severity: 'error',
      rule: 'key',
      product: id,
      port: 'scans',
      count: 1,
      share: 1,
      examples: Array.from({ length: 50_000 }, (_, index) => `${index * 2654435761}`),
      message: 'twice',
    };
    const kept = { publicationId: 'bad', runId: 'run', at: timeOf(1), findings: [finding], snapshot: [] };
    await registry.quarantine(id, kept);
    expect(await chunks()).toBeGreaterThan(0);
    expect((await registry.find(id))?.quarantined).toEqual(kept);
    await registry.quarantine(id, { ...kept, findings: [] });
    expect(await chunks()).toBe(0);
    await registry.quarantine(id, kept);
    await registry.endQuarantine(id);
    expect(await chunks()).toBe(0);
    await registry.quarantine(id, kept);
    await registry.publish(samplePublication(1), 0);
    expect(await chunks()).toBe(0);
    await registry.publish(reading(2, 20_000).publication, 1);
    await registry.publish(samplePublication(3), 2);
    const both = await chunks();
    await registry.expire(id, ['publication-2']);
    expect(await chunks()).toBeLessThan(both);
    expect((await registry.consumedFiles(id, 'fingerprint', 'drops')).size).toBe(20_000);
    await registry.remove(id);
    expect(await chunks()).toBe(0);
  });

  test('keeps a manifest of any size', async () => {
    const grants = Array.from({ length: 3_000 }, (_, index) => ({
      to: `team-${index * 2654435761}`,
      purpose: `${index * 40503}`.repeat(12),
    }));
    const [output] = sampleProduct().outputs;
    const large = { ...sampleProduct(), outputs: [{ ...output!, grants: grants as never }] };
    await registry.register(large, timeOf(1));
    await registry.register(large, timeOf(2));
    expect(await registry.find(id)).toEqual({ manifest: large, registeredAt: timeOf(1), sequence: 0 });
    expect((await registry.list())[0]?.manifest).toEqual(large);
  });

  test('lists a thousand products with a handful of calls', async () => {
    await Promise.all(
      Array.from({ length: 999 }, async (_, index) => {
        const product = sampleProduct({ name: `product-${index}` });
        await registry.register(product, timeOf(0));
        if (index % 10 === 0) await registry.publish(samplePublication(1, { product: product.id }), 0);
      }),
    );
    const before = [...mesh.calls.values()].reduce((sum, count) => sum + count, 0);
    expect(await registry.list()).toHaveLength(1_000);
    const after = [...mesh.calls.values()].reduce((sum, count) => sum + count, 0);
    expect(after - before).toBeLessThan(20);
  });

  test('keeps deployments apart from what the registry forgets', async () => {
    const deployments = createDeployments(mesh);
    await deployments.put(deployment);
    await deployments.put({ ...deployment, product: 'logistics/parcels', removal: 'destroy' });
    await registry.remove(id);
    expect(await deployments.get(id)).toEqual(deployment);
    expect((await deployments.list()).map(({ product }) => product)).toEqual(['logistics/parcels', id]);
    await deployments.remove(id);
    expect(await deployments.get(id)).toBeUndefined();
    expect(await deployments.list()).toHaveLength(1);
  });
});
