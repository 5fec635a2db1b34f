import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalPorts, type LocalPorts, landingFolder } from '../../lib/adapters/local/create-local-ports.ts';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import { testProducts } from '../../lib/cli/test-products.ts';
import { build } from '../../lib/flow/build.ts';
import type { RunResult } from '../../lib/flow/run.ts';
import { loadModel } from '../../lib/loader/load-model.ts';
import { loadTransform } from '../../lib/loader/load-transform.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';

const MESH = fileURLToPath(new URL('../../examples/flights/mesh.ts', import.meta.url));
const RAW = fileURLToPath(new URL('../../node_modules/vega-datasets/data', import.meta.url));
const FLIGHTS = `'${RAW}/flights-3m.parquet'`;

let home: string;
let model: MeshModel;
let ports: LocalPorts;
let results: readonly RunResult[];
let duckdb: DuckDBConnection;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-flights-'));
  const checker = createSqlChecker();
  const resolution = await loadModel(MESH, { home, sql: async () => checker });
  checker.close();
  expect(resolution.problems).toEqual([]);
  model = resolution.model;
  const landing = landingFolder(home, dirname(MESH), model.landing);
  ports = createLocalPorts({ home, landing, loadTransform: (product) => loadTransform(home, product) });
  results = await build(ports, model, { deliver: (handle) => ports.bus.drain(handle) });
  // An engine of its own, with nothing of ours in it.
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  for (const { id, outputs } of model.products) {
    const { current } = (await ports.registry.find(id))!;
    for (const { name } of outputs) {
      const files = current!.outputs[name]!.snapshot.map((path) => `'${join(home, path)}'`);
      const table = `${id.split('/')[1]!.replaceAll('-', '_')}_${name}`;
      await duckdb.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet([${files.join(', ')}])`);
    }
  }
}, 120_000);

afterAll(async () => {
  ports?.close();
  duckdb?.closeSync();
  await rm(home, { recursive: true, force: true });
});

async function rows(sql: string): Promise<string[][]> {
  return (await duckdb.runAndReadAll(sql)).getRows().map((row) => row.map(String));
}

/** Rows that one SELECT has and the other has not. */
async function differences(published: string, raw: string): Promise<string[][]> {
  return rows(
    `(SELECT 'published', * FROM (${published} EXCEPT ALL ${raw}) LIMIT 5) UNION ALL
     (SELECT 'raw', * FROM (${raw} EXCEPT ALL ${published}) LIMIT 5)`,
  );
}

describe('the flights mesh on real data', () => {
  test('publishes every product', () => {
    expect(results.map(({ product, kind }) => `${product} ${kind}`)).toEqual(
      model.products.map(({ id }) => `${id} published`),
    );
    expect(model.products).toHaveLength(7);
  });

  test('tells what is odd in the real data, and nothing else', () => {
    const found = results.flatMap(({ findings }) =>
      findings.map(({ product, severity, rule, count }) => `${product} ${severity} ${rule} ${count}`),
    );
    expect(found.sort()).toEqual([
      'climate/daily-weather warning rain_is_wet 92',
      'operations/flights warning delay:max 8',
      'operations/flights warning delay:min 3',
    ]);
  });

  test('keeps every one of the three million flights as it was reported', async () => {
    const totals = 'count(*), sum(delay), sum(distance), min(delay), max(delay), count(DISTINCT origin)';
    // The sum of all rows' hashes is the same in any order, and another as soon as one row is.
    const rowHash = 'origin, destination, distance::BIGINT, delay::BIGINT';
    const [published] = await rows(
      `SELECT ${totals}, min(departed_at), max(departed_at), sum(hash(departed_at, ${rowHash})) FROM flights_flights`,
    );
    const [raw] = await rows(`SELECT ${totals}, min(date), max(date), sum(hash(date, ${rowHash})) FROM ${FLIGHTS}`);
    expect(published).toEqual(raw);
    expect(raw![0]).toBe('3000000');
  });

  test('counts the same departures, late flights and minutes for each airport and day', async () => {
    expect(
      await differences(
        'SELECT airport, day, departures, late, delay, mean_delay, late_share, worst_delay::BIGINT FROM airport_days_days',
        `SELECT origin, date::DATE, count(*), count(*) FILTER (delay >= 15), sum(delay)::BIGINT, sum(delay) / count(*),
           count(*) FILTER (delay >= 15) / count(*), max(delay) FROM ${FLIGHTS} GROUP BY ALL`,
      ),
    ).toEqual([]);
  });

  test('counts the same flights for each route, with the distance that the airports are apart', async () => {
    expect(
      await differences(
        'SELECT origin, destination, flights, distance::BIGINT, mean_delay, first_flight, last_flight FROM routes_routes',
        `SELECT origin, destination, count(*), max(distance), sum(delay) / count(*), min(date)::DATE, max(date)::DATE
         FROM ${FLIGHTS} GROUP BY ALL`,
      ),
    ).toEqual([]);
    const [[off]] = (await rows('SELECT max(abs(distance - great_circle)) FROM routes_routes')) as [[string]];
    expect(Number(off)).toBeLessThan(10);
  });

  test('lists every airport, and knows no city where the raw list says NA', async () => {
    const [published] = await rows('SELECT count(*), count(city), count(DISTINCT state) FROM airports_airports');
    const named = "FILTER (city <> 'NA' AND state <> 'NA')";
    const [raw] = await rows(
      `SELECT count(*), count(*) ${named}, count(DISTINCT state) ${named} FROM '${RAW}/airports.csv'`,
    );
    expect(published).toEqual(raw);
  });

  test('averages the same weather for each city and month', async () => {
    expect(
      await differences(
        `SELECT split_part(city, ',', 1), month, days, round(mean_highest, 6), round(wet_share, 6), snow_share
         FROM monthly_normals_normals`,
        `SELECT location, month(date)::INTEGER, count(*), round(avg(temp_max), 6),
           round(avg((precipitation >= 1)::INTEGER), 6), count(*) FILTER (weather = 'snow') / count(*)
         FROM '${RAW}/weather.csv' GROUP BY ALL`,
      ),
    ).toEqual([]);
  });

  test('composes three domains for the airports of the cities whose weather is known', async () => {
    expect(
      await differences(
        'SELECT airport, month, departures, round(mean_delay, 9), round(wet_share, 9) FROM weather_sensitivity_months',
        `SELECT f.origin, date_trunc('month', f.date)::DATE, count(*), round(sum(f.delay) / count(*), 9), round(any_value(w.wet), 9)
         FROM ${FLIGHTS} AS f JOIN '${RAW}/airports.csv' AS a ON a.iata = f.origin
         JOIN (SELECT location, month(date) AS month, avg((precipitation >= 1)::INTEGER) AS wet
               FROM '${RAW}/weather.csv' GROUP BY ALL) AS w ON w.location = a.city AND w.month = month(f.date)
         GROUP BY ALL`,
      ),
    ).toEqual([]);
    expect(await rows('SELECT DISTINCT airport FROM weather_sensitivity_months ORDER BY airport')).toEqual([
      ['JFK'],
      ['LGA'],
      ['SEA'],
    ]);
  });

  test('holds every case that its products give', async () => {
    const signal = new AbortController().signal;
    const place = { file: MESH, folder: dirname(MESH), home };
    const tested = await testProducts(place, model, model.products, { signal, onCase: () => undefined });
    expect(tested.cases.filter((each) => each.differences.length > 0)).toEqual([]);
    expect([...tested.problems, ...tested.withoutCases]).toEqual([]);
    expect(tested.cases.length).toBeGreaterThanOrEqual(2 * model.products.length);
  });

  test('rebuilds nothing when nothing changed', async () => {
    const again = await build(ports, model, { deliver: (handle) => ports.bus.drain(handle) });
    expect(again.map(({ kind }) => kind)).toEqual(model.products.map(() => 'unchanged'));
  });
});
