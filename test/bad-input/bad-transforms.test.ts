import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import type { ProductId } from '../../lib/model/names.ts';
import { type BadMesh, type Built, createBadMesh, type Ended, land } from './bad-mesh.ts';

/** A transformation that is wrong, and what is said of it. */
interface TransformCase {
  readonly name: string;
  /** The body of an async generator over `inputs.drops`; or a whole file. */
  readonly body?: string;
  readonly file?: string;
  readonly code?: string;
  readonly says?: RegExp;
}

const yieldOf = (row: string) => `yield { port: 'rows', row: ${row} };`;
const CASES: readonly TransformCase[] = [
  { name: 'throws', body: "throw new Error('boom');", code: 'run-failed', says: /boom/ },
  { name: 'throws-text', body: "throw 'no error';", code: 'run-failed', says: /no error/ },
  { name: 'throws-nothing', body: 'throw undefined;', code: 'run-failed', says: /undefined/ },
  {
    name: 'throws-halfway',
    body: `for (let i = 0; i < 5000; i += 1) ${yieldOf("{ id: 'a' + i, n: i }")}\nthrow new Error('halfway');`,
    code: 'run-failed',
    says: /halfway/,
  },
  {
    name: 'throws-when-loaded',
    file: "throw new Error('loading');\nexport default async function* () {}",
    code: 'run-failed',
    says: /loading/,
  },
  { name: 'rejects-late', body: "void Promise.reject(new Error('late'));", code: 'run-failed', says: /late/ },
  {
    name: 'rejects-late-with-rows',
    body: `void Promise.reject(new Error('late'));\nawait new Promise(setImmediate);\n${yieldOf("{ id: 'a', n: 1 }")}`,
    code: 'run-failed',
    says: /late/,
  },
  { name: 'no-function', file: 'export default 42;', code: 'no-transform', says: /no function/ },
  { name: 'no-generator', file: 'export default function () {}', code: 'no-rows', says: /no rows/ },
  { name: 'no-row', body: 'yield undefined;', code: 'run-failed', says: /undefined/ },
  { name: 'other-port', body: "yield { port: 'others', row: { id: 'a' } };", code: 'wrong-row', says: /`others`/ },
  { name: 'other-field', body: yieldOf("{ id: 'a', m: 1 }"), code: 'wrong-row', says: /`m`/ },
  {
    name: 'other-type',
    body: `${yieldOf("{ id: 'a', n: 1 }")}\n${yieldOf("{ id: 'b', n: '2' }")}`,
    code: 'wrong-row',
    says: /row 2.*"2".*int/,
  },
  { name: 'fraction', body: yieldOf("{ id: 'a', n: 1.5 }"), code: 'wrong-row', says: /1.5.*int/ },
  { name: 'too-large', body: yieldOf("{ id: 'a', n: 2 ** 31 }"), code: 'wrong-row', says: /2147483648.*int/ },
  { name: 'impossible-day', body: yieldOf("{ id: 'a', day: '2026-02-30' }"), code: 'wrong-row', says: /2026-02-30/ },
  { name: 'finer-price', body: yieldOf("{ id: 'a', price: '1.239' }"), code: 'wrong-row', says: /1.239/ },
  { name: 'larger-price', body: yieldOf("{ id: 'a', price: '12345.6' }"), code: 'wrong-row', says: /12345.6/ },
  { name: 'infinite', body: yieldOf("{ id: 'a', x: Infinity }") },
  {
    name: 'no-field-of-input',
    body: "for await (const row of inputs.drops.orderedBy('nope')) yield { port: 'rows', row };",
    code: 'run-failed',
    says: /nope/,
  },
  { name: 'null-in-required', body: yieldOf('{ id: null, n: 1 }') },
  { name: 'nothing', body: '' },
  { name: 'ends-early', body: `for await (const { id } of inputs.drops) { ${yieldOf('{ id, n: 1 }')}\nreturn; }` },
  {
    name: 'reads-twice',
    body: `let n = 0;\nfor await (const _ of inputs.drops) n += 1;\nfor await (const { id } of inputs.drops.orderedBy('id')) ${yieldOf('{ id, n }')}`,
  },
  {
    name: 'odd-texts',
    body: `for (const id of ['', '\\0', '\\u{1F4E6}', '"', "'", '\\n', '\\ud800']) ${yieldOf('{ id, n: 1 }')}`,
  },
];

let mesh: BadMesh;
let first: Built;
let cases: Ended;
let mended: Built;
const duckdb = DuckDBInstance.create(':memory:').then((instance) => instance.connect());

beforeAll(async () => {
  mesh = await createBadMesh();
  for (const { name, body, file } of CASES) {
    await mesh.write(`bad/${name}/product.ts`, productOf(name));
    await mesh.write(`bad/${name}/transform.ts`, file ?? generator(body!));
    await land(mesh.landing, `bad/${name}/drop.csv`, 'id\na\nb\n');
  }
  first = await mesh.build();
  await mesh.write('bad/nothing/cases.yaml', '- case: fine\n  given: { drops: [{ id: a }] }\n  expect: { rows: [] }\n');
  await mesh.write(
    'bad/throws/cases.yaml',
    '- case: throws\n  given: { drops: [{ id: a }] }\n  expect: { rows: [] }\n',
  );
  await mesh.write('bad/fraction/cases.yaml', '- case: torn\n  given: { drops: [{ id: a\n');
  await mesh.write('bad/no-row/cases.yaml', '- case: a\n  given: { drops: [{ id: a }] }\n  expct: {}\n- 5\n');
  await mesh.write('bad/infinite/cases.yaml', '- case: a\n  given: { dropps: [{ id: a }] }\n  expect: { rows: [] }\n');
  await mesh.write(
    'bad/ends-early/cases.yaml',
    '- case: wrong\n  given: { drops: [{ id: a }] }\n  expect: { rows: [{ id: b }] }\n',
  );
  cases = await mesh.mesh('test');
  for (const { name } of CASES)
    await mesh.write(`bad/${name}/transform.ts`, generator(yieldOf("{ id: 'mended', n: 1 }")));
  mended = await mesh.build();
}, 120_000);
afterAll(() => mesh?.remove());

function generator(body: string): string {
  return `export default async function* ({ inputs }) {\n${body}\n}\n`;
}

function productOf(name: string): string {
  return `
import { code, defineProduct, field, output, source } from 'cdk-data-mesh';
const id = field.string('Id').required();
export default defineProduct({
  domain: 'bad', name: '${name}', version: '1.0.0', archetype: 'source-aligned', purpose: 'Bad code',
  owner: { team: 'bad', contact: 'bad@opetence.example' },
  inputs: { drops: source({ description: 'Drops', path: 'bad/${name}', format: 'csv', fields: { id } }) },
  outputs: {
    rows: output({
      description: 'Rows', mode: 'append',
      fields: { id, n: field.int('Int'), x: field.double('Double'), price: field.decimal(6, 2, 'Decimal'), day: field.date('Date') },
    }),
  },
  transform: code('transform.ts'),
});
`;
}

async function publishedRows(name: string): Promise<unknown> {
  const ports = createLocalPorts({
    home: mesh.home,
    loadTransform: () => Promise.reject(new Error('there is no code')),
  });
  try {
    const [publication] = [...(await ports.registry.publications(`bad/${name}` as ProductId))].reverse();
    const files = publication!.outputs.rows!.snapshot.map((file) => `'${join(mesh.home, file)}'`);
    return (await (await duckdb).runAndReadAll(`SELECT id, n FROM read_parquet([${files.join(', ')}])`)).getRowsJson();
  } finally {
    ports.close();
  }
}

describe('a transformation', () => {
  for (const { name, code, says } of CASES.filter((each) => each.code)) {
    test(`is refused with its place: ${name}`, () => {
      const result = first.results.get(`bad/${name}`)!;
      if (result.kind !== 'failed') throw new Error(`is ${result.kind}`);
      const { error } = result;
      expect(error).toMatchObject({
        code,
        kind: 'check',
        where: { product: `bad/${name}`, file: `bad/${name}/transform.ts` },
      });
      expect(error.message).toMatch(says!);
      expect(error.fix.length).toBeGreaterThan(10);
    });
  }

  test('that leaves a required field empty is quarantined', () => {
    expect(first.results.get('bad/null-in-required')).toMatchObject({
      kind: 'quarantined',
      findings: [{ rule: 'id:required', count: 1 }],
    });
  });

  test('that makes no rows, reads only some or reads twice publishes what it makes', async () => {
    for (const name of ['nothing', 'ends-early', 'reads-twice', 'odd-texts'])
      expect(first.results.get(`bad/${name}`), name).toMatchObject({ kind: 'published' });
    expect(await publishedRows('nothing')).toEqual([]);
    expect(await publishedRows('ends-early')).toEqual([['a', 1]]);
    expect(await publishedRows('reads-twice')).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(await publishedRows('odd-texts')).toEqual(
      ['', '\0', '\u{1F4E6}', '"', "'", '\n', '\uFFFD'].map((id) => [id, 1]),
    );
  });

  test('that is wrong stops no other, and publishes once it is mended', () => {
    expect(first.code).toBe(6);
    expect(mended.code).toBe(0);
    expect([...mended.results.values()].filter(({ kind }) => kind !== 'published')).toEqual([]);
  });
});

describe('cases', () => {
  test('that cannot be read are told with their line, the others are tried', () => {
    expect(cases.code).toBe(6);
    const said = `${cases.stdout}\n${cases.stderr}`;
    expect(said).toMatch(/bad\/fraction\/cases.yaml:\d/);
    expect(said).toMatch(/unknown property `expct`/);
    expect(said).toMatch(/bad\/no-row\/cases.yaml:4/);
    expect(said).toMatch(/dropps/);
    expect(said).toMatch(/boom/);
    expect(said).toMatch(/lacks \{ id: "b" \}/);
    expect(said).toMatch(/✓ fine/);
    expect(said).toMatch(/4 cases of \d+ products: 3 fail, 6 problems/);
  });
});
