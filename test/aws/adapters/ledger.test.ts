import { beforeEach, describe, expect, test } from 'vitest';
import { createLedger } from '../../../lib/adapters/aws/ledger.aws.ts';
import type { AccessEntry, Ledger, RunEntry } from '../../../lib/ports/ledger.ts';
import { timeOf } from '../../conformance/samples.ts';
import { type MeshTable, meshTable } from './mesh-table.ts';

const run = (number: number, examples: readonly string[] = []): RunEntry => ({
  kind: 'run',
  id: `run-${number}`,
  at: timeOf(number),
  product: 'logistics/scans',
  runId: `run-${number}`,
  outcome: 'published',
  milliseconds: 1,
  rows: {},
  findings: [
    {
      severity: 'warning',
      rule: 'key',
      product: 'logistics/scans',
      port: 'scans',
      count: 1,
      share: 1,
      examples,
      message: 'm',
    },
  ],
});

let mesh: MeshTable;
let ledger: Ledger;

beforeEach(async () => {
  mesh = await meshTable();
  ledger = createLedger(mesh);
});

describe('the ledger on DynamoDB', () => {
  test('keeps entries that no item could hold, once each', async () => {
    const examples = Array.from({ length: 120_000 }, (_, index) => `${index * 2654435761}`);
    const large = run(1, examples);
    await ledger.record(large);
    await ledger.record({ ...large, at: timeOf(2) });
    await ledger.record(run(3));
    expect(await ledger.entries()).toEqual([run(3), large]);
    expect(await ledger.entries({ product: 'logistics/scans', kind: 'run' })).toEqual([run(3), large]);
  });

  test('reads on where an answer ends', async () => {
    const examples = Array.from({ length: 8_000 }, (_, index) => `${index * 2654435761}`);
    for (let number = 0; number < 40; number += 1) await ledger.record(run(number, examples));
    const ids = (await ledger.entries({ product: 'logistics/scans' })).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 40 }, (_, number) => `run-${39 - number}`));
    expect(await ledger.entries({ limit: 35 })).toHaveLength(35);
  });

  test('finds the rare among many with one call', async () => {
    await ledger.record(run(0));
    const access = (number: number): AccessEntry => ({
      kind: 'access',
      id: `access-${number}`,
      at: timeOf(number),
      product: 'logistics/scans',
      port: 'scans',
      principal: 'team:marketing',
      purpose: 'audit',
      allowed: true,
      columns: [],
    });
    await Promise.all(Array.from({ length: 300 }, (_, number) => ledger.record(access(number))));
    const before = mesh.calls.get('QueryCommand') ?? 0;
    expect(await ledger.entries({ product: 'logistics/scans', kind: 'run', limit: 1 })).toEqual([run(0)]);
    expect(await ledger.entries({ kind: 'run', limit: 1 })).toEqual([run(0)]);
    expect((mesh.calls.get('QueryCommand') ?? 0) - before).toBe(2);
  });
});
