import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalPorts, type LocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import { seedMesh } from '../../lib/adapters/local/seed.ts';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import { testProducts } from '../../lib/cli/test-products.ts';
import { build } from '../../lib/flow/build.ts';
import type { RunResult } from '../../lib/flow/run.ts';
import { loadModel } from '../../lib/loader/load-model.ts';
import { loadTransform } from '../../lib/loader/load-transform.ts';
import type { Problem } from '../../lib/model/mesh-error.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';

const file = fileURLToPath(new URL('../../products/mesh.ts', import.meta.url));
const folder = dirname(file);

let root: string;
let model: MeshModel;
let problems: readonly Problem[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'opetence-'));
  const checker = createSqlChecker();
  const resolution = await loadModel(file, { home: join(root, 'model'), sql: async () => checker });
  checker.close();
  ({ model, problems } = resolution);
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('Opetence, as declared', () => {
  test('resolves without a problem: seventeen products of six domains', () => {
    expect(problems).toEqual([]);
    expect(model.products).toHaveLength(17);
    expect(new Set(model.products.map(({ domain }) => domain)).size).toBe(6);
  });

  test('shows every archetype, publish mode, kind of transformation, source, rule and local policy', () => {
    const outputs = model.products.flatMap((product) => product.outputs);
    const fields = outputs.flatMap((output) => output.fields);
    const rules = outputs.flatMap((output) => output.quality);
    const values = (all: readonly (string | undefined)[]) => [...new Set(all)].filter(Boolean).sort();
    expect(values(model.products.map(({ archetype }) => archetype))).toEqual([
      'aggregate',
      'consumer-aligned',
      'source-aligned',
    ]);
    expect(values(outputs.map(({ mode }) => mode))).toEqual(['append', 'replace', 'upsert']);
    expect(values(model.products.map(({ transform }) => transform.kind))).toEqual(['code', 'model', 'sql']);
    expect(
      values(
        model.products.flatMap(({ inputs }) => inputs.map((of) => (of.kind === 'source' ? of.format : undefined))),
      ),
    ).toEqual(['csv', 'ndjson', 'parquet']);
    expect(values(rules.map(({ kind }) => kind))).toEqual(['references', 'row', 'table']);
    expect(values([...rules, ...fields].map(({ severity }) => severity))).toEqual(['error', 'warning']);
    expect(values(model.products.flatMap(({ policies }) => policies.map(({ kind }) => kind)))).toEqual([
      'consumers',
      'max-classification',
    ]);
    for (const rule of [
      'required',
      'unique',
      'min',
      'max',
      'minLength',
      'maxLength',
      'pattern',
      'oneOf',
      'entity',
      'unit',
    ] as const) {
      expect(
        fields.some((field) => field[rule]),
        rule,
      ).toBe(true);
    }
    for (const slo of ['freshness', 'completeness', 'volume'] as const) {
      expect(
        outputs.some((output) => output.slo[slo]),
        slo,
      ).toBe(true);
    }
  });

  test('every case of every product holds, and every product has some', async () => {
    const place = { file, folder, home: join(root, 'model') };
    const tested = await testProducts(place, model, model.products, {
      signal: new AbortController().signal,
      onCase: () => {},
    });
    expect(tested.problems).toEqual([]);
    expect(tested.withoutCases).toEqual([]);
    expect(tested.cases.filter(({ differences }) => differences.length > 0)).toEqual([]);
  }, 120_000);
});

describe('Opetence, built', () => {
  const opened: LocalPorts[] = [];
  let engine: DuckDBConnection;
  let atOnce: LocalPorts;
  let inThree: LocalPorts;
  let results: readonly RunResult[];

  /** Seeds up to each of the ends in turn, and builds after each. */
  async function buildUntil(
    name: string,
    ends: readonly string[],
  ): Promise<{ ports: LocalPorts; results: readonly RunResult[] }> {
    const home = join(root, name);
    const ports = createLocalPorts({ home, loadTransform: (product) => loadTransform(join(root, 'model'), product) });
    opened.push(ports);
    let results: readonly RunResult[] = [];
    for (const until of ends) {
      await seedMesh({ folder: join(folder, 'seed'), landing: ports.landing, scale: 0.02, until });
      results = await build(ports, model, { deliver: (handle) => ports.bus.drain(handle) });
    }
    return { ports, results };
  }

  async function stateOf(
    ports: LocalPorts,
    home: string,
    id: MeshModel['products'][number]['id'],
    port: string,
  ): Promise<string[][]> {
    const { current } = (await ports.registry.find(id))!;
    const files = current!.outputs[port]!.snapshot.map((path) => `'${join(root, home, path)}'`);
    const reader = await engine.runAndReadAll(
      `SELECT * EXCLUDE (_recorded_at) FROM read_parquet([${files.join(', ')}]) ORDER BY ALL`,
    );
    return reader.getRows().map((row) => row.map(String));
  }

  beforeAll(async () => {
    engine = await (await DuckDBInstance.create(':memory:')).connect();
    ({ ports: atOnce, results } = await buildUntil('at-once', ['2026-10-01']));
    ({ ports: inThree } = await buildUntil('in-three', ['2026-04-01', '2026-06-15', '2026-10-01']));
  }, 120_000);
  afterAll(() => {
    for (const ports of opened) ports.close();
    engine?.closeSync();
  });

  test('publishes every product: what is wrong with the data is mended, or a warning', () => {
    const said = results.map(
      (result) => `${result.product} ${result.kind === 'failed' ? result.error.message : result.kind}`,
    );
    expect(said).toEqual(model.products.map(({ id }) => `${id} published`));
  });

  test('drops that come one after the other make what they make at once', async () => {
    for (const { id, outputs } of model.products) {
      for (const { name } of outputs) {
        const whole = await stateOf(atOnce, 'at-once', id, name);
        expect(whole.length, `${id}/${name}`).toBeGreaterThan(0);
        expect(await stateOf(inThree, 'in-three', id, name), `${id}/${name}`).toEqual(whole);
      }
    }
  }, 60_000);
});
