import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalPorts, type LocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import type { ProductId } from '../../lib/model/names.ts';
import { type BadMesh, type Built, createBadMesh, land, passingProduct } from './bad-mesh.ts';
import type { DropCase } from './drop-case.ts';
import { SHAPE_CASES } from './shape-cases.ts';
import { VALUE_CASES } from './value-cases.ts';

const CASES = [...SHAPE_CASES, ...VALUE_CASES];
const MENDED = 'mended';

let mesh: BadMesh;
let first: Built;
let mended: Built;
let worse: Built;
let ports: LocalPorts;
const duckdb = DuckDBInstance.create(':memory:').then((instance) => instance.connect());
/** What was published before bad drops came along once more. */
const kept = new Map<string, string | undefined>();

/** One build of all bad drops, one of them mended, one with bad drops again: each by the CLI, as one process. */
beforeAll(async () => {
  mesh = await createBadMesh();
  for (const { name, format, fields, options, drops } of CASES) {
    await mesh.write(`bad/${name}/product.ts`, passingProduct(name, format, fields, options));
    for (const [file, content] of Object.entries(drops)) await landCase(name, file, content);
  }
  first = await mesh.build();
  for (const each of CASES) if (each.refused) await mend(each);
  mended = await mesh.build();
  ports = createLocalPorts({ home: mesh.home, loadTransform: () => Promise.reject(new Error('there is no code')) });
  for (const { name } of CASES) kept.set(name, await publicationOf(name));
  for (const name of ['csv', 'json', 'parquet']) {
    const format = name === 'json' ? 'ndjson' : name;
    await land(mesh.landing, `bad/${name}/later.${format}`, 'PAR1 this is none of it "');
  }
  worse = await mesh.build();
}, 120_000);
afterAll(async () => {
  ports?.close();
  await mesh?.remove();
});

async function landCase(name: string, file: string, content: string | Uint8Array): Promise<void> {
  const path = `bad/${name}/${file}`;
  const isMade = typeof content === 'string' && file.endsWith('.parquet');
  const [, how, text] = /^(raw:|torn:)?(.*)$/s.exec(isMade ? content : '')!;
  if (!isMade || how === 'raw:') return land(mesh.landing, path, isMade ? text! : content);
  const made = join(mesh.folder, 'made.parquet');
  await (await duckdb).run(`COPY (${text}) TO '${made}' (FORMAT parquet)`);
  const bytes = await readFile(made);
  await land(mesh.landing, path, how === 'torn:' ? bytes.subarray(0, bytes.length / 2) : bytes);
}

/** Writes the bad drop again, as it should be. */
async function mend({ name, format, drops, refused }: DropCase): Promise<void> {
  const file = refused!.file!;
  await rm(join(mesh.landing, `bad/${name}/${file}`));
  const id =
    format === 'csv' ? `id\n${MENDED}\n` : format === 'ndjson' ? `{"id":"${MENDED}"}\n` : `SELECT '${MENDED}' AS id`;
  expect(Object.keys(drops)).toContain(file);
  await landCase(name, file, file.endsWith('.gz') ? gzipSync(id) : id);
}

async function publicationOf(name: string): Promise<string | undefined> {
  return (await ports.registry.find(`bad/${name}` as ProductId))?.current?.publicationId;
}

/** The published rows, as JSON tells them, sorted by their first field. */
async function publishedRows({ name, fields }: DropCase): Promise<unknown[][]> {
  const current = (await ports.registry.find(`bad/${name}` as ProductId))?.current;
  const files = current!.outputs.rows!.snapshot.map((file) => `'${join(mesh.home, file)}'`);
  const names = Object.keys(fields).map((field) => `"${field}"`);
  const reader = await (await duckdb).runAndReadAll(
    `SELECT ${names.join(', ')} FROM read_parquet([${files.join(', ')}]) ORDER BY 1`,
  );
  return reader.getRowsJson() as unknown[][];
}

describe('a drop', () => {
  for (const each of CASES) {
    if (each.refused) {
      const { code, says, file, line, field } = each.refused;
      test(`is refused: ${each.name}`, () => {
        const result = first.results.get(`bad/${each.name}`)!;
        if (result.kind !== 'failed') throw new Error(`is ${result.kind}`);
        const { error } = result;
        expect({ code: error.code, kind: error.kind, ...error.where }).toEqual({
          code,
          kind: 'check',
          product: `bad/${each.name}`,
          file: `bad/${each.name}/${file}`,
          ...(line === undefined ? {} : { line }),
          ...(field === undefined ? {} : { field }),
          ...(error.where.port === undefined ? {} : { port: 'drops' }),
        });
        // The message begins with the place and ends with the fix.
        const told = error.message.slice(error.message.indexOf('): ') + 3, -`; ${error.fix}`.length);
        expect(told).toMatch(says);
        expect(error.fix.length).toBeGreaterThan(10);
        expect(error.message).not.toContain(mesh.landing);
      });
      test(`is published once it is mended: ${each.name}`, async () => {
        expect(mended.results.get(`bad/${each.name}`)!.kind).toBe('published');
        const ids = (await publishedRows(each)).map(([id]) => id);
        expect(ids).toEqual(each.name === 'one-of-two' ? ['a', MENDED] : [MENDED]);
      });
    } else {
      test(`is published, whatever happens to others: ${each.name}`, async () => {
        const result = first.results.get(`bad/${each.name}`)!;
        expect(result.kind === 'failed' ? result.error : result).toMatchObject({ kind: 'published', findings: [] });
        expect(mended.results.get(`bad/${each.name}`)!.kind).toBe('unchanged');
        expect(await publishedRows(each)).toEqual(each.rows);
      });
    }
  }
});

describe('a build with bad drops', () => {
  test('ends with 6, and with 0 once they are mended', () => {
    expect(first.code).toBe(6);
    expect(mended.code).toBe(0);
    expect(mended.problems).toEqual([]);
  });

  test('tells people the file, the line and the fix', () => {
    expect(first.stderr).toMatch(
      /failed \[malformed-drop\] bad\/int-text: `abc` is not of type int\n\s+at\s+bad\/int-text\/drop.csv:3:1\n\s+fix mend that record/,
    );
  });

  test('keeps what was published when later drops are bad', async () => {
    expect(worse.code).toBe(6);
    const failed = [...worse.results.values()].filter(({ kind }) => kind === 'failed').map(({ product }) => product);
    expect(failed.sort()).toEqual(['bad/csv', 'bad/json', 'bad/parquet']);
    for (const { name } of CASES) expect(await publicationOf(name), name).toBe(kept.get(name));
  });
});
