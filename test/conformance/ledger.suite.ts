import { describe, expect, test } from 'vitest';
import type { AccessEntry, CostEntry, LedgerEntry, RunEntry } from '../../lib/ports/ledger.ts';
import { timeOf } from './samples.ts';
import { type ConformanceTarget, placeForEach } from './target.ts';

const run = (number: number, change: Partial<RunEntry> = {}): RunEntry => ({
  kind: 'run',
  id: `run-${number}`,
  at: timeOf(number),
  product: 'logistics/scans',
  runId: `run-${number}`,
  outcome: 'published',
  publicationId: 'publication',
  milliseconds: 12,
  rows: { scans: 3 },
  findings: [
    {
      severity: 'warning',
      rule: 'id:max',
      product: 'logistics/scans',
      port: 'scans',
      field: 'id',
      count: 1,
      share: 0.25,
      examples: ['ü'],
      message: 'too big',
    },
  ],
  ...change,
});
const access = (number: number): AccessEntry => ({
  kind: 'access',
  id: `access-${number}`,
  at: timeOf(number),
  product: 'users/users',
  port: 'profiles',
  principal: 'team:marketing',
  purpose: 'campaign-planning',
  allowed: true,
  columns: ['user_id'],
});

const cost = (number: number): CostEntry => ({
  kind: 'cost',
  id: `cost-${number}`,
  at: timeOf(number),
  product: 'logistics/scans',
  day: '2026-01-30',
  athenaBytes: 20_971_520_000,
  lambdaGbSeconds: 1_200.25,
  storageBytes: 10_737_418_240,
  dollars: 0.103_456_789_012,
  prices: '2026-01-01',
});

/** What every ledger does. */
export function ledgerSuite(target: ConformanceTarget): void {
  describe('ledger', () => {
    const place = placeForEach(target);
    const ids = async (query?: Parameters<typeof ledger.entries>[0]) =>
      (await place().ports.ledger.entries(query)).map(({ id }) => id);
    const ledger = {
      entries: (query?: { product?: 'users/users'; kind?: LedgerEntry['kind']; limit?: number }) =>
        place().ports.ledger.entries(query),
    };

    test('gives entries back as they were recorded, newest first, whatever order they came in', async () => {
      for (const entry of [run(2), run(1), access(3)]) await place().ports.ledger.record(entry);
      expect(await place().anotherProcess().ledger.entries()).toEqual([access(3), run(2), run(1)]);
    });

    test('keeps the figures of costs to the last digit, beside runs of the same product', async () => {
      for (const entry of [run(1), cost(2), run(3)]) await place().ports.ledger.record(entry);
      expect(await place().anotherProcess().ledger.entries({ product: 'logistics/scans' })).toEqual([
        run(3),
        cost(2),
        run(1),
      ]);
      expect(await ledger.entries({ kind: 'cost' })).toEqual([cost(2)]);
      expect(await ids({ kind: 'run' })).toEqual(['run-3', 'run-1']);
    });

    test('orders times of different precision', async () => {
      const { ledger } = place().ports;
      await ledger.record(run(1, { at: '2026-01-31T12:00:00.5Z' }));
      await ledger.record(run(2, { at: '2026-01-31T12:00:00Z' }));
      await ledger.record(run(3, { at: '2026-01-31T12:00:00.500001Z' }));
      expect(await ids()).toEqual(['run-3', 'run-1', 'run-2']);
    });

    test('records an entry once, and never changes it', async () => {
      await place().ports.ledger.record(run(1));
      await place()
        .anotherProcess()
        .ledger.record(run(1, { outcome: 'failed' }));
      expect(await ledger.entries()).toEqual([run(1)]);
    });

    test('finds by product, by kind and by both, at most so many', async () => {
      for (const entry of [run(1), access(2), run(3), access(4)]) await place().ports.ledger.record(entry);
      expect(await ids({ product: 'users/users' })).toEqual(['access-4', 'access-2']);
      expect(await ids({ kind: 'run' })).toEqual(['run-3', 'run-1']);
      expect(await ids({ kind: 'run', product: 'users/users' })).toEqual([]);
      expect(await ids({ limit: 3 })).toEqual(['access-4', 'run-3', 'access-2']);
      expect(await ids({ kind: 'access', limit: 1 })).toEqual(['access-4']);
      expect(await ids({ limit: 0 })).toEqual([]);
    });

    test('keeps what several processes record at once', async () => {
      const ledgers = [place().ports.ledger, place().anotherProcess().ledger];
      await Promise.all(Array.from({ length: 20 }, (_, number) => ledgers[number % 2]!.record(run(number))));
      expect(await ids()).toEqual(Array.from({ length: 20 }, (_, number) => `run-${19 - number}`));
    });
  });
}
