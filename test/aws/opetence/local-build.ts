import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalPorts } from '../../../lib/adapters/local/create-local-ports.ts';
import { createSqlChecker } from '../../../lib/adapters/local/sql-checker.ts';
import { query } from '../../../lib/flow/query.ts';
import { loadModel } from '../../../lib/loader/load-model.ts';
import type { MeshModel, ProductModel } from '../../../lib/model/mesh-model.ts';
import type { DataRow } from '../../../lib/ports/warehouse.ts';

/** Opetence as it stands on a laptop: what AWS is held against. */
export interface LocalBuild {
  readonly model: MeshModel;
  /** What the generator dropped, relative to the landing folder. */
  readonly drops: readonly { readonly path: string; readonly content: Buffer }[];
  /** All rows of a port: the contract's fields. */
  rows(product: ProductModel, port: string): Promise<readonly DataRow[]>;
  /** How many rows of a port fulfil a condition, or there are. */
  count(product: ProductModel, port: string, condition?: string): Promise<number>;
  remove(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../..');
/** Small enough to read all of it many times, large enough that every rule and defect of the generator is in it. */
const SEED = ['--scale', '0.02', '--until', '2026-03-01'];

/** Generates and builds the reference mesh with the CLI, as `npm start` does. */
export async function buildLocally(): Promise<LocalBuild> {
  const home = await mkdtemp(join(tmpdir(), 'opetence-'));
  const mesh = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(ROOT, 'bin/start.mjs'), ...args], {
      cwd: ROOT,
      env: { ...process.env, MESH_HOME: home },
    });
  await mesh('seed', ...SEED);
  await mesh('build');
  const { model } = await loadModel(join(ROOT, 'products/mesh.ts'), { home, sql: async () => createSqlChecker() });
  const landing = join(home, 'landing');
  const files = (await readdir(landing, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.startsWith('_'),
  );
  const drops = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      return { path: file.slice(landing.length + 1), content: await readFile(file) };
    }),
  );
  const ports = createLocalPorts({ home, loadTransform: () => Promise.reject(new Error('nothing is run here')) });
  return {
    model: model!,
    drops,
    async rows(product, port) {
      const { table, fields } = product.outputs.find(({ name }) => name === port)!;
      const columns = fields.map(({ name }) => `"${name}"`).join(', ');
      const sql = `SELECT ${columns} FROM ${product.database}.${table}`;
      return (await query(ports, { sql, limits: { maxRows: 1_000_000 } })).rows;
    },
    async count(product, port, condition = 'true') {
      const { table } = product.outputs.find(({ name }) => name === port)!;
      const sql = `SELECT count(*) AS n FROM ${product.database}.${table} WHERE ${condition}`;
      return Number((await query(ports, { sql })).rows[0]!.n);
    },
    async remove() {
      ports.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
