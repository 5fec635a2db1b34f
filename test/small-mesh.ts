import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createLocalPorts, type LocalPorts } from '../lib/adapters/local/create-local-ports.ts';
import { createSqlChecker } from '../lib/adapters/local/sql-checker.ts';
import { type BuildOptions, build } from '../lib/flow/build.ts';
import { type QueryOptions, query } from '../lib/flow/query.ts';
import type { RunResult } from '../lib/flow/run.ts';
import type { ProductDeclaration, TransformFunction } from '../lib/index.ts';
import type { MeshModel } from '../lib/model/mesh-model.ts';
import type { ProductId } from '../lib/model/names.ts';
import type { LoadedProduct } from '../lib/model/resolve/loaded-mesh.ts';
import { resolveMesh } from '../lib/model/resolve/resolve-mesh.ts';
import type { Publication } from '../lib/ports/publication.ts';
import type { DataRow } from '../lib/ports/warehouse.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';
import { load } from './model/declarations.ts';

/** A few products on the real engine, in a home of their own, at a time that stands still. */
export interface SmallMesh {
  readonly ports: LocalPorts;
  readonly clock: FixedClock;
  readonly model: MeshModel;
  /** Replaces what is declared; what was published stays. */
  declare(...products: readonly (ProductDeclaration | LoadedProduct)[]): Promise<void>;
  /** Drops rows as NDJSON, or a text as it is, complete at once. */
  land(path: string, drop: readonly DataRow[] | string): void;
  /** Brings every product up to date; results by product. */
  build(options?: BuildOptions): Promise<{ [product: string]: RunResult }>;
  /** Rows of `sales/orders.orders` in the order of their fields, without the system column. */
  rows(port: string, options?: Partial<QueryOptions>): Promise<DataRow[]>;
  query(sql: string, options?: Partial<QueryOptions>): Promise<readonly DataRow[]>;
  published(product: string): Promise<Publication | undefined>;
}

export interface SmallMeshOptions {
  /** By product. */
  readonly transforms?: { readonly [product: string]: TransformFunction<ProductDeclaration> };
}

const sql = createSqlChecker();

/** Makes a mesh of products (see `declarations.ts`); it is gone when the test ends. */
export async function smallMesh(
  products: readonly (ProductDeclaration | LoadedProduct)[],
  options: SmallMeshOptions = {},
): Promise<SmallMesh> {
  const home = mkdtempSync(join(tmpdir(), 'small-mesh-'));
  const clock = fixedClock('2026-03-01T00:00:00Z');
  const loadTransform = async ({ id }: { id: string }) =>
    options.transforms?.[id] ?? expect.fail(`there is no code for ${id}`);
  const ports = createLocalPorts({ home, clock, loadTransform });
  onTestFinished(() => {
    ports.close();
    rmSync(home, { recursive: true, force: true });
  });
  let model = await resolveMesh(load(products), { sql });
  return {
    ports,
    clock,
    get model() {
      return model;
    },
    async declare(...next) {
      model = await resolveMesh(load(next), { sql });
    },
    land(path, drop) {
      const file = join(ports.landing, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(
        `${file}.tmp`,
        typeof drop === 'string' ? drop : drop.map((row) => `${JSON.stringify(row)}\n`).join(''),
      );
      renameSync(`${file}.tmp`, file);
    },
    async build(given = {}) {
      const results = await build(ports, model, { deliver: (handle) => ports.bus.drain(handle), ...given });
      return Object.fromEntries(results.map((result) => [result.product, result]));
    },
    async rows(port, given = {}) {
      const [id, name] = port.split('.') as [string, string];
      const product = model.products.find((each) => each.id === id)!;
      const names = product.outputs.find((each) => each.name === name)!.fields.map((field) => `"${field.name}"`);
      const text = `SELECT ${names.join(', ')} FROM ${product.database}.${name} ORDER BY ${names.join(', ')}`;
      return [...(await query(ports, { sql: text, ...given })).rows];
    },
    query: async (text, given = {}) => (await query(ports, { sql: text, ...given })).rows,
    published: async (product) => (await ports.registry.find(product as ProductId))?.current,
  };
}

/** The kind of each result, by product. */
export function kinds(results: { readonly [product: string]: RunResult }): { [product: string]: string } {
  return Object.fromEntries(Object.entries(results).map(([product, { kind }]) => [product, kind]));
}

/** Expects a product's publication. */
export function expectPublished(result: RunResult | undefined): Extract<RunResult, { kind: 'published' }> {
  if (result?.kind === 'failed') throw result.error;
  expect(result).toMatchObject({ kind: 'published' });
  return result as Extract<RunResult, { kind: 'published' }>;
}
