import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeedSummary, seedMesh } from '../../lib/adapters/local/seed.ts';

const folder = new URL('../../products/seed', import.meta.url).pathname;
const queries = await readQueries();

let root: string;
let summary: SeedSummary;
let connection: DuckDBConnection;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'seed-'));
  summary = await seedMesh({ folder, landing: join(root, 'landing'), scale: 0.05 });
  connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  for (const files of await listDrops()) {
    await connection.run(`CREATE TABLE ${files.table} AS FROM '${files.pattern}'`);
  }
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the defects of the operational data', () => {
  test('each one the generator makes is documented with the query that counts it, and the other way round', () => {
    expect(Object.keys(summary.defects).sort()).toEqual([...queries.keys()].sort());
  });

  test.each([...queries])('%s is found as often as the generator made it', async (defect, sql) => {
    const reader = await connection.runAndReadAll(sql);
    const found = Number(reader.getRows()[0]![0]);
    expect(found).toBe(summary.defects[defect]);
    expect(found).toBeGreaterThan(0);
  });
});

/** A table for each folder of drops, named as it. */
async function listDrops(): Promise<{ table: string; pattern: string }[]> {
  const entries = await readdir(join(root, 'landing'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const patterns = new Set(files.map((entry) => join(entry.parentPath, `*${extname(entry.name)}`)));
  return [...patterns].map((pattern) => ({ table: basename(dirname(pattern)), pattern }));
}

/** The README's SQL blocks: a query follows its defect's name. */
async function readQueries(): Promise<Map<string, string>> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```sql\n(.*?)```/gs)].map(([, block]) => block!).join('');
  return new Map([...blocks.matchAll(/^-- ([a-z-]+)\n(.*?);$/gms)].map(([, name, sql]) => [name!, sql!]));
}
