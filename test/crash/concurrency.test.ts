import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../lib/flow/build.ts';
import { query } from '../../lib/flow/query.ts';
import { startScript } from '../child-script.ts';
import { buildHere, findLeftovers, readState } from './crash-home.ts';
import { type CrashPlace, openCrashPorts } from './crash-place.ts';
import { type CrashBench, createCrashBench, expectRecovery } from './crash-trial.ts';

let bench: CrashBench;
beforeAll(async () => {
  bench = await createCrashBench();
});
afterAll(() => bench.remove());

const ALL_PORTS = `
  SELECT e.n AS events, l.n AS latest, l.newest, a.n AS articles, a.sold, t.articles AS counted
  FROM (SELECT count(*) AS n FROM crash_shop_sales.events) AS e
  CROSS JOIN (SELECT count(*) AS n, max(sale_id) AS newest FROM crash_shop_sales.latest) AS l
  CROSS JOIN (SELECT count(*) AS n, sum(sold) AS sold FROM crash_shop_summary.articles) AS a
  CROSS JOIN crash_shop_summary.totals AS t`;

/** What consumers see of two products with two ports each. */
async function look(place: CrashPlace): Promise<object> {
  const ports = openCrashPorts(place);
  try {
    return (await query(ports, { sql: ALL_PORTS })).rows[0]!;
  } finally {
    ports.close();
  }
}

describe('several builds at once', () => {
  for (const [builders, generation] of [
    [2, 0],
    [2, 1],
    [4, 0],
    [4, 1],
  ] as const) {
    test(`${builders} builds of one home make one result: generation ${generation}`, async () => {
      const place = await bench.place(generation);
      const children = await Promise.all(Array.from({ length: builders }, () => bench.start(place)));
      const said = await Promise.all(children.map((child) => child.end()));
      const results = said.flatMap((lines) => lines.at(-1)!.split(' ').slice(1));
      expect(results.filter((result) => /failed|waiting/.test(result))).toEqual([]);
      const published = results.filter((result) => result.endsWith('=published'));
      expect(published.length).toBe(generation === 0 ? 5 : 4);
      expect(new Set(published).size).toBe(published.length);
      expect(await readState(place)).toEqual(bench.after[generation]);
      expect(await findLeftovers(place)).toEqual([]);
    });
  }

  test('one of which is killed make one result as well', async () => {
    for (const lines of [3, 20, 45]) {
      const place = await bench.place(1);
      const [first, second] = await Promise.all([bench.start(place), bench.start(place)]);
      for (let line = 0; line < lines; line += 1) await first.line().catch(() => undefined);
      await first.kill();
      expect((await second.end()).at(-1)).not.toMatch(/failed|waiting/);
      await expectRecovery(bench, place, 1);
    }
  });
});

describe('queries during a build', () => {
  test('see publications of several ports whole, the old or the new', async () => {
    const old = await look(await settled(1));
    const young = await look(await settled(2));
    expect(old).not.toEqual(young);
    const seen: object[] = [];
    const place = await bench.place(1);
    const child = await bench.start(place);
    let isOver = false;
    const end = child.end().then(() => {
      isOver = true;
    });
    while (!isOver) seen.push(await look(place));
    await end;
    seen.push(await look(place));
    expect(seen.at(-1)).toEqual(young);
    expect(seen.length).toBeGreaterThan(1);
    for (const each of seen as Record<string, unknown>[]) {
      // Each product moves its ports together; the products move one after the other.
      const ofSales = ({ events, latest, newest }: Record<string, unknown>) => ({ events, latest, newest });
      const ofSummary = ({ articles, sold, counted }: Record<string, unknown>) => ({ articles, sold, counted });
      expect([ofSales(old as never), ofSales(young as never)]).toContainEqual(ofSales(each));
      expect([ofSummary(old as never), ofSummary(young as never)]).toContainEqual(ofSummary(each));
    }
  });
});

/** A home after so many generations. */
async function settled(generations: 1 | 2): Promise<CrashPlace> {
  const place = await bench.place(1);
  if (generations === 2) await buildHere(place, bench.model);
  return place;
}

describe('seeding during builds', () => {
  test('leaves every build a whole landing folder', async () => {
    const place = { ...(await bench.place(0)), landing: join(bench.root, 'seeded/landing') };
    const scripts = join(bench.root, 'seed');
    await mkdir(scripts, { recursive: true });
    await writeFile(join(scripts, '1.sql'), SEED);
    const seeder = await startScript(new URL('seed-child.ts', import.meta.url), [scripts, place.landing, '1000000']);
    await seeder.line();
    const ports = openCrashPorts(place);
    const deliver = (handle: Parameters<typeof ports.bus.drain>[0]) => ports.bus.drain(handle);
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const result of await build(ports, bench.model, { deliver })) {
        const why = result.kind === 'failed' ? result.error.message : result.kind === 'waiting' ? result.reason : '';
        outcomes.push(`${result.product} ${result.kind} ${why}`.trim());
      }
    }
    await seeder.kill();
    ports.close();
    const expected = ['sales', 'folded', 'trail', 'suspect', 'summary'].flatMap((name) => [
      `shop/${name} published`,
      ...Array.from({ length: ROUNDS - 1 }, () => `shop/${name} unchanged`),
    ]);
    expect(outcomes.sort()).toEqual(expected.sort());
    await rm(join(bench.root, 'seeded'), { recursive: true, force: true });
  });
});

const ROUNDS = 30;
const SEED = `
COPY (SELECT 's' || i AS sale_id, 'sku' || i % 5 AS sku, 1.5 AS amount, TIMESTAMP '2026-01-01 10:00:00' + INTERVAL (i) SECOND AS sold_at
  FROM range(50) r(i)) TO '{out}/shop/sales/1.csv' (HEADER);
COPY (SELECT 's' || i AS sale_id FROM range(9) r(i)) TO '{out}/shop/returns/1.ndjson' (FORMAT json);
COPY (SELECT 'sku' || i AS sku, i AS left_over FROM range(9) r(i)) TO '{out}/shop/counts/1.csv' (HEADER);
`;
