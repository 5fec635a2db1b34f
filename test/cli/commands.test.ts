import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DROPS } from '../api/built-shop.ts';
import { CODE, itemsProduct, meshFolder, SHOP, writeMesh } from '../loader/mesh-folder.ts';
import { runCli } from './run-cli.ts';

const CASES = `- case: the mean of two
  given: { items: [{ item_id: a, price: 1 }, { item_id: b, price: 3 }] }
  expect: { average: [{ id: 1, price: 2 }] }
`;

let shop: string;
const mesh = (...args: string[]) => runCli(args, { cwd: shop });

beforeAll(async () => {
  shop = meshFolder({ ...SHOP, ...CODE, ...DROPS, 'sales/prices/cases.yaml': CASES }, { keep: true });
  const { code, stderr } = await mesh('build');
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
});

afterAll(() => rmSync(shop, { recursive: true, force: true }));

describe('a mesh that is built', () => {
  it('has nothing to rebuild, and says so', async () => {
    const { code, stdout } = await mesh('build');
    expect(stdout).toMatch(/^nothing to rebuild: 3 products up to date/);
    expect(code).toBe(0);
    expect((await mesh('up', '--once')).stdout).toMatch(/^nothing to rebuild/);
  });

  it('builds what reads a new drop, as a table for people and as events for programs', async () => {
    writeMesh(shop, { '.mesh/landing/stock/items/2.csv': 'item_id,price,listed\ni4,7,2026-01-04\n' });
    const first = await mesh('build', 'stock/items');
    expect(first.stdout).toMatch(/^product +rows +findings +time +publication\nstock\/items +4 +–/);
    const second = await mesh('build', '--json');
    expect(second.json()).toMatchObject([
      { version: 1, event: 'run', data: { kind: 'published', product: 'sales/prices', rows: { average: 1 } } },
      { version: 1, event: 'built', data: { results: [{}, {}, {}] } },
    ]);
  });

  it('is checked from the cache', async () => {
    expect((await mesh('check', '--json')).json()).toMatchObject([
      { ok: true, data: { products: 3, problems: [], cached: true } },
    ]);
  });

  it('tells its state', async () => {
    const { stdout } = await mesh('status');
    expect(stdout).toMatch(/sales\/labels +published +1 +–/);
  });

  it('runs its cases', async () => {
    const { code, stdout, stderr } = await mesh('test');
    expect(stdout).toContain('✓ the mean of two');
    expect(stderr).toContain('without cases: ');
    expect(code).toBe(0);
  });

  it('fails when a case does not hold, with its place', async () => {
    writeMesh(shop, { 'sales/prices/cases.yaml': CASES.replace('price: 2', 'price: 9') });
    const { code, stdout } = await mesh('test', 'prices');
    expect(stdout).toMatch(/✗ the mean of two[\s\S]*at sales\/prices\/cases.yaml:1[\s\S]*lacks { id: 1, price: 9 }/);
    expect(code).toBe(6);
  });
});

describe('query', () => {
  it('answers in the form asked for, data alone on stdout', async () => {
    const sql =
      "SELECT item_id, price, CAST(NULL AS VARCHAR) AS note FROM shop_stock_items.items WHERE item_id <= 'i2' ORDER BY 1";
    const form = async (format: string) => (await mesh('query', sql, '--format', format)).stdout;
    expect(await form('csv')).toBe('item_id,price,note\ni1,1.5,\ni2,2.5,\n');
    expect(await form('ndjson')).toBe(
      '{"item_id":"i1","price":1.5,"note":null}\n{"item_id":"i2","price":2.5,"note":null}\n',
    );
    expect(JSON.parse(await form('json'))).toHaveLength(2);
    expect(await form('table')).toBe('item_id  price  note\ni1         1.5  null\ni2         2.5  null\n');
    expect((await mesh('query', sql, '--json')).json()).toMatchObject([
      { ok: true, data: { columns: [{ name: 'item_id' }, {}, {}], rows: [{}, {}] } },
    ]);
  });

  it('reads SQL from stdin, and a port by its name', async () => {
    const { stdout } = await runCli(['query', '-'], { cwd: shop, input: 'SELECT 1 + 1 AS two' });
    expect(stdout).toBe('two\n2\n');
    expect((await mesh('query', 'prices', '--columns', 'price')).stdout).toBe('price\n4\n');
  });

  it('shows a team what it was granted, and nothing without the purpose', async () => {
    const granted = await mesh(
      'query',
      'stock/items',
      '--as',
      'team:analysts',
      '--purpose',
      'exploration',
      '--limit',
      '1',
    );
    expect(granted.stdout).toMatch(/^item_id,_recorded_at\ni1/);
    expect(granted.stderr).toContain('there are more rows');
    const denied = await mesh('query', 'stock/items', '--as', 'team:analysts', '--json');
    expect(denied.code).toBe(4);
    expect(denied.json()).toMatchObject([{ ok: false, error: { kind: 'denied', fix: expect.any(String) } }]);
    expect((await mesh('query', 'stock/items', '--as', 'team:analists')).stderr).toContain('did you mean `analysts`?');
  });

  it('ends quietly when its reader stops reading', async () => {
    const sql = 'SELECT a.item_id FROM shop_stock_items.items AS a CROSS JOIN UNNEST(sequence(1, 9000)) AS t(n)';
    const cli = fileURLToPath(new URL('../../dist/mesh.js', import.meta.url));
    const line = `"${process.execPath}" "${cli}" query "${sql}" --limit 9000 | head -n 1; exit \${PIPESTATUS[0]}`;
    const shell = spawn('bash', ['-c', line], { cwd: shop, env: { ...process.env, MESH_HOME: '' } });
    let stderr = '';
    shell.stderr.on('data', (text) => {
      stderr += text;
    });
    expect(await new Promise((resolve) => shell.once('close', resolve))).toBe(0);
    expect(stderr).not.toContain('EPIPE');
  });
});

describe('finding', () => {
  it('shows a contract, lineage and search hits', async () => {
    expect((await mesh('show', 'stock/items')).stdout).toMatch(/price +double +required, ≥ 0 +What it costs/);
    expect((await mesh('lineage', 'prices', '--column', 'price')).stdout).toBe(
      'sales/prices/average.price\n└─ stock/items/items.price\n   └─ stock/items.price (source)\n',
    );
    expect((await mesh('search', 'what', 'costs')).stdout).toContain('stock/items');
  });
});

describe('usage', () => {
  it.each([
    [['bulid'], 2, 'Did you mean build?'],
    [['build', '--retr'], 2, 'Did you mean --retry?'],
    [['build', 'itms'], 3, 'did you mean `items`?'],
    [['query'], 2, 'missing required argument'],
    [['check', '--mesh', 'nowhere'], 3, 'mesh init'],
    [['query', 'items', '--as-of', 'soon'], 2, 'is no time'],
    [['show', 'stock/items/itms'], 3, 'did you mean `items`?'],
  ])('refuses `mesh %s`, saying the way out', async (args, code, message) => {
    const ended = await mesh(...(args as string[]));
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message as string) });
  });

  it('helps, and says its version', async () => {
    const [help, verb, version] = await Promise.all([mesh('--help'), mesh('query', '--help'), mesh('--version')]);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('add product FILE') });
    expect(verb.stdout).toContain('--format');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['bash', 'zsh', 'fish'])('completes in %s', async (shell) => {
    const { stdout } = await mesh('completion', shell);
    for (const word of ['lineage', 'direction', 'as-of']) expect(stdout).toContain(word);
  });
});

describe('Ctrl-C', () => {
  it('ends a build with 130, and the next one goes on', async () => {
    const stuck =
      "console.error('stuck');\n  await new Promise((resolve) => setTimeout(resolve, 60_000));\n  for await";
    const transform = String(CODE['sales/labels/transform.ts']);
    const folder = meshFolder({
      ...SHOP,
      ...CODE,
      ...DROPS,
      'sales/labels/transform.ts': transform.replace('for await', stuck),
    });
    const onNote = interruptAt('stuck');
    const { code, stderr } = await runCli(['build'], { cwd: folder, onNote });
    expect(stderr).toContain('interrupted');
    expect(code).toBe(130);
    writeMesh(folder, { 'sales/labels/transform.ts': transform });
    expect(await runCli(['build'], { cwd: folder })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('sales/labels'),
    });
  });

  it('ends `mesh up`, which served the page and followed changes until then', async () => {
    const folder = meshFolder({ ...SHOP, ...DROPS });
    let url = '';
    const answers: string[] = [];
    const { code, stderr } = await runCli(['up', '--port', '43100'], {
      cwd: folder,
      async onNote(child, text) {
        if (url === '' && text.includes('serves the page')) {
          url = /http:\/\/\S+/.exec(text)![0];
          answers.push(await (await fetch(url)).text(), await (await fetch(`${url}/health`)).text());
          writeMesh(folder, { '.mesh/landing/stock/items/2.csv': 'item_id,price,listed\ni4,7,2026-01-04\n' });
        }
        if (text.split('something changed')[1]?.includes('published sales/prices')) child.kill('SIGINT');
      },
    });
    expect(code).toBe(0);
    expect(answers[0]).toContain('<!doctype html>');
    expect(JSON.parse(answers[1]!)).toMatchObject({ mesh: 'shop', products: 2 });
    expect(stderr).toMatch(/something changed[\s\S]*published stock\/items: 4 rows/);
  });
});

/** Sends Ctrl-C once a process has said that. */
function interruptAt(words: string): (child: ChildProcess, text: string) => void {
  let isSent = false;
  return (child, text) => {
    if (isSent || !text.includes(words)) return;
    isSent = true;
    child.kill('SIGINT');
  };
}

describe('broken meshes', () => {
  it('fails when a product is broken; the others are built', async () => {
    const folder = meshFolder({
      ...SHOP,
      ...CODE,
      ...DROPS,
      'sales/prices/average.sql': 'SELECT 1 AS id, avg(prise) AS price\nFROM items\n',
    });
    const check = await runCli(['check', '--json'], { cwd: folder });
    expect(check.code).toBe(6);
    expect(check.json()).toMatchObject([
      {
        ok: false,
        error: { problems: [{ where: { product: 'sales/prices', file: 'sales/prices/average.sql', line: 1 } }] },
      },
    ]);
    expect(check.stderr).toMatch(/at {2}sales\/prices\/average.sql:1:\d+\n {2}fix/);
    const build = await runCli(['build'], { cwd: folder });
    expect(build.code).toBe(6);
    expect(build.stdout).toMatch(/2 products published/);
    const named = await runCli(['build', 'prices'], { cwd: folder });
    expect(named.code).toBe(6);
    expect(named.stderr).toContain('`prices` is left out: its declaration has problems');
  });

  it('counts no case as holding that could not be read', async () => {
    const folder = meshFolder({ ...SHOP, ...CODE, 'sales/prices/cases.yaml': '- case: x\n  given: {items: [\n' });
    const { code, stdout } = await runCli(['test', 'prices'], { cwd: folder });
    expect(stdout).not.toContain('all hold');
    expect(code).toBe(6);
  });

  it('fails when data breaks a promise, and tells which', async () => {
    const folder = meshFolder({
      ...SHOP,
      '.mesh/landing/stock/items/1.csv': 'item_id,price,listed\ni1,-1,2026-01-01\n',
    });
    const { code, stdout, stderr } = await runCli(['build', 'stock/items'], { cwd: folder });
    expect(code).toBe(6);
    expect(stdout).toMatch(/stock\/items +1 error +.*quarantined\n/);
    expect(stderr).toContain('items.price:min');
  });

  it('fails when the mesh itself is broken', async () => {
    const folder = meshFolder({ ...SHOP, 'mesh.ts': 'export default {' });
    const { code, stderr } = await runCli(['build'], { cwd: folder });
    expect(code).toBe(6);
    expect(stderr).toMatch(/\[syntax-error\][\s\S]*at {2}mesh.ts:1:/);
  });

  it('says what to mend when code throws, with the line of its source', async () => {
    const transform = String(CODE['sales/labels/transform.ts']).replace(
      'for await',
      "if (1 > 0) throw new Error('no luck');\n  for await",
    );
    const folder = meshFolder({ ...SHOP, ...CODE, ...DROPS, 'sales/labels/transform.ts': transform });
    const { code, stderr } = await runCli(['build', 'labels'], { cwd: folder });
    expect(code).toBe(6);
    expect(stderr).toMatch(/sales\/labels: no luck\n {2}at {2}sales\/labels\/transform.ts/);
  });

  it('goes on with an unusual product file', async () => {
    const folder = meshFolder({ ...SHOP, 'stock/items/product.ts': itemsProduct('retention: 1,') });
    expect((await runCli(['check'], { cwd: folder })).stderr).toContain('unknown property `retention`');
  });
});
