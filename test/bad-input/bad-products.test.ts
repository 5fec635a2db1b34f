import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../lib/model/mesh-error.ts';
import { type BadMesh, type Built, createBadMesh, type Ended, land, passingProduct } from './bad-mesh.ts';

/** A product whose files are wrong: the problem that is told, and where. */
interface ProductCase {
  readonly name: string;
  /** Beside or instead of the sound product's file. */
  readonly files: { readonly [file: string]: string | Uint8Array };
  readonly code: string;
  readonly says: RegExp;
  /** `file:line` of the product's folder. */
  readonly at?: string;
}

const FIELDS = { id: "field.string('Id').required()" };
const sound = (name: string) => passingProduct(name, 'csv', FIELDS);
const changed = (name: string, from: string | RegExp, to: string) => sound(name).replace(from, to);
const byFile = (name: string) => changed(name, /transform: sql\(.*\),/, 'transform: sql(),');
const byCode = (name: string) =>
  changed(name, /transform: sql\(.*\),/, "transform: code('transform.ts'),").replace('sql }', 'code }');

const CASES: readonly ProductCase[] = [
  {
    name: 'throws',
    files: { 'product.ts': `${sound('throws')}\nthrow new Error('boom');\n` },
    code: 'throws',
    says: /boom/,
    at: 'product.ts:12',
  },
  { name: 'throws-text', files: { 'product.ts': "throw 'no error';" }, code: 'throws', says: /no error/ },
  { name: 'throws-null', files: { 'product.ts': 'throw null;' }, code: 'throws', says: /null/ },
  {
    name: 'rejects-late',
    files: { 'product.ts': `${sound('rejects-late')}\nvoid Promise.reject(new Error('late'));\n` },
    code: 'throws',
    says: /late/,
  },
  {
    name: 'syntax',
    files: { 'product.ts': 'export default {\n  domain: "bad",,\n};\n' },
    code: 'syntax-error',
    says: /Unexpected|Expected/,
    at: 'product.ts:2',
  },
  {
    name: 'unknown-file',
    files: { 'product.ts': `import './nope.ts';\n${sound('unknown-file')}` },
    code: 'unknown-import',
    says: /nope/,
    at: 'product.ts:1',
  },
  {
    name: 'unknown-package',
    files: { 'product.ts': `import 'no-such-package-here';\n${sound('unknown-package')}` },
    code: 'unknown-import',
    says: /no-such-package-here/,
    at: 'product.ts:1',
  },
  {
    name: 'loop-a',
    files: { 'product.ts': `import '../loop-b/product.ts';\n${sound('loop-a')}` },
    code: 'cycle',
    says: /bad\/loop-a → bad\/loop-b → bad\/loop-a/,
  },
  {
    name: 'loop-b',
    files: { 'product.ts': `import '../loop-a/product.ts';\n${sound('loop-b')}` },
    code: 'cycle',
    says: /bad\/loop-a → bad\/loop-b → bad\/loop-a/,
  },
  {
    name: 'no-default',
    files: { 'product.ts': changed('no-default', 'export default', 'export const p =') },
    code: 'no-default-export',
    says: /no default export/,
  },
  { name: 'no-product', files: { 'product.ts': 'export default 42;' }, code: 'wrong-property', says: /42/ },
  { name: 'empty-file', files: { 'product.ts': '' }, code: 'missing-property', says: /`domain` is missing/ },
  {
    name: 'unknown-key',
    files: { 'product.ts': changed('unknown-key', 'purpose:', 'pruprose:') },
    code: 'missing-property',
    says: /unknown property `pruprose`/,
    at: 'product.ts:5',
  },
  {
    name: 'wrong-type',
    files: { 'product.ts': changed('wrong-type', "version: '1.0.0'", 'version: 1') },
    code: 'wrong-property',
    says: /version.*1/,
    at: 'product.ts:5',
  },
  {
    name: 'wrong-version',
    files: { 'product.ts': changed('wrong-version', "'1.0.0'", "'one'") },
    code: 'invalid-version',
    says: /one/,
  },
  {
    name: 'wrong-place',
    files: { 'product.ts': sound('somewhere-else') },
    code: 'misplaced-product',
    says: /bad\/somewhere-else/,
  },
  {
    name: 'no-utf8',
    files: { 'product.ts': Buffer.from(sound('no-utf8').replace('Bad input', 'K\xf6ln'), 'latin1') },
    code: 'invalid-encoding',
    says: /UTF-8/,
  },
  {
    name: 'upsert-without-key',
    files: { 'product.ts': changed('upsert-without-key', "mode: 'append'", "mode: 'upsert'") },
    code: 'mode-without-key',
    says: /key/,
  },
  {
    name: 'sql-syntax',
    files: { 'product.ts': byFile('sql-syntax'), 'rows.sql': 'SELECT id\nFROM drops\nWHERE (id = 1' },
    code: 'sql-syntax',
    says: /./,
    at: 'rows.sql:3',
  },
  {
    name: 'sql-column',
    files: { 'product.ts': byFile('sql-column'), 'rows.sql': 'SELECT\n  idd AS id\nFROM drops' },
    code: 'unknown-column',
    says: /idd/,
    at: 'rows.sql:2',
  },
  {
    name: 'sql-table',
    files: { 'product.ts': byFile('sql-table'), 'rows.sql': 'SELECT id\nFROM dropps' },
    code: 'unknown-table',
    says: /dropps/,
    at: 'rows.sql:2',
  },
  {
    name: 'sql-file',
    files: { 'product.ts': byFile('sql-file'), 'rows.sql': "SELECT id FROM '/etc/passwd'" },
    code: 'sql-syntax',
    says: /./,
  },
  {
    name: 'sql-output',
    files: { 'product.ts': byFile('sql-output'), 'rows.sql': 'SELECT id AS key FROM drops' },
    code: 'missing-column',
    says: /id|key/,
  },
  {
    name: 'sql-type',
    files: { 'product.ts': byFile('sql-type'), 'rows.sql': 'SELECT length(id) AS id FROM drops' },
    code: 'wrong-type',
    says: /string/,
  },
  {
    name: 'sql-two',
    files: { 'product.ts': byFile('sql-two'), 'rows.sql': 'SELECT id FROM drops; SELECT id FROM drops' },
    code: 'sql-statement',
    says: /./,
  },
  { name: 'sql-empty', files: { 'product.ts': byFile('sql-empty'), 'rows.sql': '' }, code: 'sql-syntax', says: /./ },
  {
    name: 'sql-drop',
    files: { 'product.ts': byFile('sql-drop'), 'rows.sql': 'DROP TABLE drops' },
    code: 'sql-statement',
    says: /./,
  },
  { name: 'sql-gone', files: { 'product.ts': byFile('sql-gone') }, code: 'no-sql', says: /rows/ },
  {
    name: 'sql-no-utf8',
    files: {
      'product.ts': byFile('sql-no-utf8'),
      'rows.sql': Buffer.from("SELECT 'K\xf6ln' AS id FROM drops", 'latin1'),
    },
    code: 'invalid-encoding',
    says: /UTF-8/,
  },
  { name: 'code-gone', files: { 'product.ts': byCode('code-gone') }, code: 'no-code', says: /transform.ts/ },
  {
    name: 'code-syntax',
    files: { 'product.ts': byCode('code-syntax'), 'transform.ts': 'export default async function* (\n  {;\n' },
    code: 'syntax-error',
    says: /./,
    at: 'transform.ts:2',
  },
  {
    name: 'code-no-default',
    files: { 'product.ts': byCode('code-no-default'), 'transform.ts': 'export const x = 1;' },
    code: 'no-default-export',
    says: /default export/,
  },
  {
    name: 'code-unknown-file',
    files: {
      'product.ts': byCode('code-unknown-file'),
      'transform.ts': "import './nope.ts';\nexport default async function* () {}",
    },
    code: 'unknown-import',
    says: /nope/,
    at: 'transform.ts:1',
  },
];

let mesh: BadMesh;
let first: Built;
let checked: Ended;
let problems: readonly Problem[];
let mended: Built;
beforeAll(async () => {
  mesh = await createBadMesh();
  for (const name of ['sound', 'consumer', ...CASES.map((each) => each.name)]) {
    await mesh.write(`bad/${name}/product.ts`, sound(name));
    await land(mesh.landing, `bad/${name}/drop.csv`, `id\n${name}\n`);
  }
  await mesh.write('bad/consumer/product.ts', CONSUMER);
  for (const { name, files } of CASES)
    for (const [file, content] of Object.entries(files)) await mesh.write(`bad/${name}/${file}`, content);
  first = await mesh.build();
  checked = await mesh.mesh('check', '--json');
  problems = (JSON.parse(checked.stdout) as { error: { problems: Problem[] } }).error.problems;
  for (const { name, files } of CASES) {
    for (const file of Object.keys(files)) await rm(join(mesh.folder, `bad/${name}/${file}`));
    await mesh.write(`bad/${name}/product.ts`, sound(name));
  }
  mended = await mesh.build();
}, 120_000);
afterAll(() => mesh?.remove());

/** Reads a product that is wrong. */
const CONSUMER = sound('consumer')
  .replace('import { defineProduct,', "import wrong from '../sql-column/product.ts';\nimport { defineProduct, input,")
  .replace(/inputs: \{.*\},\n/, "inputs: { drops: input(wrong, 'rows') },\n")
  .replace(', source', '');

const problemsOf = (name: string): readonly Problem[] =>
  problems.filter(({ where, message }) => where.product === `bad/${name}` || message.includes(`bad/${name}`));

describe('a product', () => {
  for (const { name, code, says, at } of CASES) {
    test(`is told what is wrong with it, and where: ${name}`, () => {
      const own = problemsOf(name);
      expect(own.length).toBeGreaterThan(0);
      const told = own
        .map((problem) => `${problem.code} ${problem.message} @${problem.where.file}:${problem.where.line}`)
        .join('\n');
      expect(own.map((problem) => problem.code)).toContain(code);
      expect(told).toMatch(says);
      if (at) expect(told).toContain(`@bad/${name}/${at}`);
      for (const { message, fix } of own) {
        expect(first.stderr).toContain(message);
        expect(fix.length).toBeGreaterThan(5);
      }
      expect(first.results.has(`bad/${name}`)).toBe(false);
    });
  }
});

describe('a mesh with wrong products', () => {
  test('builds the others, and ends with 6', () => {
    expect([...first.results.values()].map(({ product, kind }) => `${product} ${kind}`)).toEqual([
      'bad/sound published',
    ]);
    expect(first.code).toBe(6);
  });

  test('leaves out what reads a wrong product, and says so', () => {
    expect(
      problemsOf('consumer')
        .map(({ message }) => message)
        .join(),
    ).toMatch(/bad\/sql-column/);
  });

  test('is told the same by a check', () => {
    expect(checked.code).toBe(6);
    expect(first.problems).toEqual(problems);
  });

  test('builds everything once they are mended', () => {
    expect(mended.problems).toEqual([]);
    expect(mended.code).toBe(0);
    const kinds = [...mended.results.values()].map(({ product, kind }) => [product, kind]);
    expect(kinds.filter(([, kind]) => kind !== 'published')).toEqual([['bad/sound', 'unchanged']]);
    expect(kinds.length).toBe(CASES.length + 2);
  });
});
