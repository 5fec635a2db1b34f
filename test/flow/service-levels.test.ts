import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../lib/flow/run.ts';
import { hours, type Slo } from '../../lib/index.ts';
import { orders, port } from '../model/declarations.ts';
import { expectPublished, smallMesh } from '../small-mesh.ts';

const order = (order_id: string, amount: string | null = '1.00', placed_on = '2026-02-28') => ({
  order_id,
  placed_on,
  amount,
});
const promising = (slo: Slo) => orders({ outputs: { orders: port({ slo, actualTime: 'placed_on' }) } });
const warnings = (result: RunResult | undefined) =>
  expectPublished(result).findings.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);

describe('a broken service level is a warning', () => {
  test('of freshness, by the newest fact', async () => {
    const mesh = await smallMesh([promising({ freshness: hours(36) })]);
    mesh.land('orders/1.ndjson', [order('a'), order('old', '1.00', '2020-01-01')]);
    expect(warnings((await mesh.build())['sales/orders'])).toEqual([]);
    mesh.clock.advance(24 * 3_600_000);
    mesh.land('orders/2.ndjson', [order('b')]);
    expect(warnings((await mesh.build())['sales/orders'])).toEqual([
      expect.stringMatching(
        /^warning slo:freshness: the newest fact is of 2026-02-28.*48 h old; promised: at most 36 h$/,
      ),
    ]);
  });

  test('and none of freshness, when a run brings corrections of old facts alone', async () => {
    const mesh = await smallMesh([promising({ freshness: hours(36) })]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    mesh.land('orders/2.ndjson', [order('old', '1.00', '2020-01-01')]);
    expect(warnings((await mesh.build())['sales/orders'])).toEqual([]);
  });

  test('of completeness, by the share of rows', async () => {
    const mesh = await smallMesh([promising({ completeness: { fields: ['amount'], share: 0.75 } })]);
    mesh.land('orders/1.ndjson', [order('a'), order('b'), order('c'), order('d', null)]);
    expect(warnings((await mesh.build())['sales/orders'])).toEqual([]);
    mesh.land('orders/2.ndjson', [order('e', null), order('f')]);
    expect(warnings((await mesh.build())['sales/orders'])).toEqual([
      expect.stringMatching(/^warning slo:completeness: 50\.00 %.*75 %/),
    ]);
  });

  test('of volume, by the rows of the whole state', async () => {
    const mesh = await smallMesh([promising({ volume: { minRows: 2, maxRows: 3 } })]);
    const after: string[][] = [];
    for (const [index, ids] of [['a'], ['a', 'b'], ['c'], ['d']].entries()) {
      mesh.land(
        `orders/${index}.ndjson`,
        ids.map((id) => order(id)),
      );
      after.push(warnings((await mesh.build())['sales/orders']));
    }
    expect(after).toEqual([
      ['warning slo:volume: 1 rows; promised: at least 2'],
      [],
      [],
      ['warning slo:volume: 4 rows; promised: at most 3'],
    ]);
  });
});
