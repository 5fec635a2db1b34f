import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transformPath } from '../../lib/loader/bundle-transform.ts';
import { type LoadOptions, loadMesh } from '../../lib/loader/load-mesh.ts';
import { MeshError } from '../../lib/model/mesh-error.ts';
import { CODE, type Files, itemsProduct, MESH, meshFolder, SHOP } from './mesh-folder.ts';

const loadFrom = async (folder: string, options?: LoadOptions) =>
  (await loadMesh(join(folder, 'mesh.ts'), options)).loaded;
const load = (files: Files) => loadFrom(meshFolder(files));
const without = (...paths: string[]) =>
  Object.fromEntries(Object.entries(SHOP).filter(([path]) => !paths.includes(path)));
const shop = (changed: Files) => load({ ...SHOP, ...changed });

describe('what is there', () => {
  it('loads a mesh where no package is installed', async () => {
    const { mesh, products, problems } = await load(SHOP);
    expect(problems).toEqual([]);
    expect(mesh.name).toBe('shop');
    expect(products.map(({ id }) => id)).toEqual(['sales/prices', 'stock/items']);
    expect(products[1]).toMatchObject({
      file: 'stock/items/product.ts',
      sql: { items: { file: 'stock/items/items.sql' } },
    });
    expect(products[1]!.declaration.outputs.items!.fields.price!.spec.min).toBe(0);
  });

  it('loads products that the mesh itself declares', async () => {
    const mesh = MESH.replace("description: 'A shop',", "description: 'A shop', products: [items],");
    const { products } = await load({
      'mesh.ts': `import items from './elsewhere/items.ts';\n${mesh}`,
      'elsewhere/items.ts': itemsProduct(),
    });
    expect(products).toMatchObject([{ id: 'stock/items', sql: {} }]);
  });

  it('finds npm packages from the folder of the file that imports them', async () => {
    const { problems, products } = await shop({
      'node_modules/names/package.json': '{ "name": "names", "version": "1.0.0", "main": "index.js" }',
      'node_modules/names/index.js': "exports.purpose = 'From a package.';",
      'stock/items/product.ts': `import { purpose } from 'names';\n${itemsProduct('purpose,').replace("purpose: 'What can be sold.',", '')}`,
    });
    expect(problems).toEqual([]);
    expect(products.find(({ id }) => id === 'stock/items')!.declaration.purpose).toBe('From a package.');
  });

  it('ignores folders that hold no product', async () => {
    const { problems } = await shop({
      'seed/00.sql': 'SELECT',
      '.git/x/product.ts': 'throw 1',
      'node_modules/a/product.ts': 'throw 1',
    });
    expect(problems).toEqual([]);
  });
});

describe('code', () => {
  it('bundles a transformation to the same text wherever it lies', async () => {
    const folder = meshFolder({ ...SHOP, ...CODE });
    const other = meshFolder({});
    cpSync(folder, other, { recursive: true });
    const [a, b] = await Promise.all([folder, other].map((each) => loadFrom(each, { cache: join(each, 'cache') })));
    const code = a!.products.find(({ id }) => id === 'sales/labels')!.code!;
    expect(code.file).toBe('sales/labels/transform.ts');
    expect(b!.products.find(({ id }) => id === 'sales/labels')!.code).toEqual(code);
    expect(readFileSync(transformPath(join(folder, 'cache'), code.hash), 'utf8')).toContain('trim()');
  });

  it.each([
    ['sales/labels/spell.ts', 'export const spell = (text: string) => text.toLowerCase();', true],
    ['sales/labels/spell.ts', `${CODE['sales/labels/spell.ts']}// Only a comment.\n`, false],
  ])('changes its hash with what %s does', async (path, text, changes) => {
    const hashOf = async (files: Files) =>
      (await shop({ ...CODE, ...files })).products.find(({ id }) => id === 'sales/labels')!.code!.hash;
    expect((await hashOf({ [path]: text })) !== (await hashOf({}))).toBe(changes);
  });

  it('fails when a transformation has a syntax error, naming the product and the line', async () => {
    const { problems } = await shop({
      ...CODE,
      'sales/labels/spell.ts': 'export const spell = (text: string) =>\n  text..trim();\n',
    });
    expect(problems).toMatchObject([
      { code: 'syntax-error', where: { product: 'sales/labels', file: 'sales/labels/spell.ts', line: 2, column: 8 } },
    ]);
  });
});

describe('one broken product', () => {
  const broken: readonly [string, Files, object][] = [
    [
      'has a syntax error',
      { 'stock/items/product.ts': 'export default {\n  a: = 1 };' },
      { code: 'syntax-error', where: { file: 'stock/items/product.ts', line: 2, column: 6 } },
    ],
    [
      'throws',
      { 'stock/items/product.ts': "const a = 1;\n\nthrow new Error('no luck');\nexport default a;" },
      { code: 'throws', message: 'throws: no luck', where: { file: 'stock/items/product.ts', line: 3, column: 7 } },
    ],
    [
      'throws something that is no error',
      { 'stock/items/product.ts': 'throw 42;\nexport default 1;' },
      { code: 'throws', message: 'throws: 42' },
    ],
    [
      'has no default export',
      { 'stock/items/product.ts': 'export const a = 1;' },
      { code: 'no-default-export', where: { file: 'stock/items/product.ts' } },
    ],
    [
      'imports a package that is not installed',
      { 'stock/items/product.ts': `import 'no-such-package';\n${itemsProduct()}` },
      { code: 'unknown-import', where: { line: 1 }, fix: expect.stringContaining('npm install no-such-package') },
    ],
    [
      'imports a file that is not there',
      { 'stock/items/product.ts': `import './gone.ts';\n${itemsProduct()}` },
      { code: 'unknown-import', fix: 'correct the path' },
    ],
    [
      'imports a name that its file does not export',
      {
        'stock/items/product.ts': `import { x } from './x.ts';\nx;\n${itemsProduct()}`,
        'stock/items/x.ts': 'export const y = 1;',
      },
      { code: 'unknown-import', message: expect.stringContaining('`x`') },
    ],
    [
      'is called as its folder is not',
      { 'stock/items/product.ts': itemsProduct("name: 'things',").replace("name: 'items',", '') },
      { code: 'misplaced-product', message: expect.stringContaining('`stock/things`') },
    ],
    [
      'has SQL that is no UTF-8',
      { 'stock/items/items.sql': Buffer.from('SELECT 1\nAS caf\xe9', 'latin1') },
      {
        code: 'invalid-encoding',
        message: expect.stringContaining('0xE9'),
        where: { file: 'stock/items/items.sql', line: 2, column: 7 },
      },
    ],
  ];

  it.each(broken)('fails when it %s; the others go on', async (_title, files, problem) => {
    const healthy = {
      'sales/other/product.ts': itemsProduct("name: 'other', domain: 'sales',").replace(
        "domain: 'stock',\n  name: 'items',",
        '',
      ),
    };
    const { problems, products } = await shop({ ...files, ...healthy });
    expect(problems[0]).toMatchObject(problem);
    expect(problems[0]!.where.product).toBe('stock/items');
    expect(problems.slice(1)).toMatchObject([
      { where: { product: 'sales/prices' }, message: expect.stringMatching(/stock\/(items|things)/) },
    ]);
    expect(products.map(({ id }) => id)).toEqual(['sales/other']);
  });

  it.each([
    ['its file', 'stock/more/product.ts'],
    ['its SQL', 'stock/items/more.sql'],
  ])('fails when %s is there and cannot be read', async (_title, path) => {
    const folder = meshFolder({ ...SHOP, 'stock/more/cases.yaml': '' });
    symlinkSync(join(folder, 'gone'), join(folder, path));
    const { problems, products } = await loadFrom(folder);
    expect(problems[0]).toMatchObject({ code: 'unreadable-file', where: { file: path } });
    expect(products.length).toBe(path.includes('more/') ? 2 : 0);
  });

  it('fails when a file that several share is broken, and names it for each', async () => {
    const names = ['a', 'b'].map((name): [string, string] => [
      `sales/${name}/product.ts`,
      `import { x } from '../../shared.ts';\nexport default x;`,
    ]);
    const { problems } = await shop({ 'shared.ts': "export const x = JSON.parse('{');", ...Object.fromEntries(names) });
    expect(problems).toHaveLength(2);
    for (const problem of problems)
      expect(problem).toMatchObject({ code: 'broken-import', message: expect.stringContaining('shared.ts:1:') });
  });

  it('fails when products import each other in a circle, and shows it', async () => {
    const reading = (own: string, other: string) =>
      itemsProduct()
        .replace("name: 'items',", `name: '${own}',`)
        .replace('inputs: {', `inputs: { other: input(other, 'items'),`)
        .replace('grant,', 'grant, input,')
        .replace(/^/, `import other from '../${other}/product.ts';\n`);
    const { problems, products } = await load({
      'mesh.ts': MESH,
      'stock/a/product.ts': reading('a', 'b'),
      'stock/b/product.ts': reading('b', 'a'),
    });
    expect(problems).toMatchObject([{ code: 'cycle', message: 'reads itself through stock/a → stock/b → stock/a' }]);
    expect(products).toEqual([]);
  });
});

describe('shapes', () => {
  const shapes: readonly [string, (product: string) => string, object][] = [
    [
      'a mistyped property',
      (text) => text.replace('outputs: {', 'ouputs: {'),
      {
        code: 'unknown-property',
        message: 'unknown property `ouputs` (did you mean `outputs`?)',
        where: { line: 16, column: 3 },
      },
    ],
    [
      'a mistyped property of a port',
      (text) => text.replace('actualTime:', 'actualtime:'),
      {
        message: 'unknown property `actualtime` (did you mean `actualTime`?) in `outputs.items`',
        where: { port: 'items', line: 26 },
      },
    ],
    [
      'a value that is none of the choices',
      (text) => text.replace("'source-aligned'", "'sourced-aligned'"),
      {
        message: expect.stringMatching(/`archetype` is 'sourced-aligned'.*did you mean `source-aligned`/),
        fix: expect.stringContaining("'consumer-aligned'"),
        where: { line: 7 },
      },
    ],
    [
      'a wrong type',
      (text) => text.replace("version: '1.0.0'", 'version: 1'),
      { message: '`version` is 1, not a text', where: { line: 6 } },
    ],
    [
      'a missing property',
      (text) => text.replace("mode: 'upsert',", ''),
      { code: 'missing-property', message: '`outputs.items.mode` is missing', where: { port: 'items' } },
    ],
    [
      'a field builder that was not called',
      (text) => text.replace("field.double('What it costs').required().min(0)", 'field.double'),
      {
        message: '`outputs.items.fields.price` is a function, not an object; call it',
        where: { port: 'items', field: 'price', line: 21 },
      },
    ],
    [
      'a field that is text',
      (text) => text.replace("field.double('What it costs').required().min(0)", "'double'"),
      { message: "`outputs.items.fields.price` is 'double', not an object" },
    ],
    [
      'a transformation that is none',
      (text) => text.replace('sql(),', "'sql',"),
      { message: expect.stringContaining("`transform` is 'sql'") },
    ],
  ];

  it.each(shapes)('refuses %s, and says where', async (_title, change, problem) => {
    const { problems } = await load({
      ...without('sales/prices/product.ts'),
      'stock/items/product.ts': change(itemsProduct()),
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(problem);
    expect(problems[0]!.where).toMatchObject({ product: 'stock/items', file: 'stock/items/product.ts' });
  });

  it('collects every problem of a product', async () => {
    const text = itemsProduct("archetype: 'foo', tags: [1],").replace("version: '1.0.0',", '');
    const { problems } = await load({ ...without('sales/prices/product.ts'), 'stock/items/product.ts': text });
    expect(problems.map(({ code }) => code).sort()).toEqual(['missing-property', 'wrong-property', 'wrong-property']);
  });
});

describe('the mesh’s own file', () => {
  it.each([
    ['has a syntax error', 'export default = 1;', 'syntax-error'],
    ['throws', "throw new Error('no');\nexport default 1;", 'throws'],
    [
      'declares no domain',
      "import { defineMesh } from 'cdk-data-mesh';\nexport default defineMesh({ name: 'a', description: 'A', domains: [] });",
      'wrong-property',
    ],
    ['has a property that is none', MESH.replace('teams:', 'team:'), 'unknown-property'],
  ])('fails when it %s', async (_title, text, code) => {
    const error = await shop({ 'mesh.ts': text }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(MeshError);
    expect(error.problems[0]).toMatchObject({ code, where: { file: 'mesh.ts' } });
  });
});
