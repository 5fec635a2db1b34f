import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import { checkModel, type LoadModelOptions, loadModel } from '../../lib/loader/load-model.ts';
import type { SqlChecker } from '../../lib/model/sql-checker.ts';
import { CODE, type Files, ITEMS_SQL, itemsProduct, meshFolder, SHOP, writeMesh } from './mesh-folder.ts';

/** Files this fresh are not cached, since they may still change within the same tick of the clock; so they get old. */
function age(folder: string, files: Files): void {
  const before = new Date(Date.now() - 60_000);
  for (const path of Object.keys(files)) utimesSync(join(folder, path), before, before);
}

/** A mesh, and how often SQL was really checked. */
function setUp(files: Files = SHOP) {
  const folder = meshFolder(files);
  const real = createSqlChecker();
  onTestFinished(() => real.close());
  const checked: string[] = [];
  const checker: SqlChecker = {
    check(statement) {
      checked.push(statement.file ?? 'condition');
      return real.check(statement);
    },
  };
  const options: LoadModelOptions = { home: join(folder, '.mesh'), sql: async () => checker };
  const file = join(folder, 'mesh.ts');
  const forget = () => void checked.splice(0);
  return {
    folder,
    file,
    checked,
    forget,
    load: () => loadModel(file, options),
    check: () => checkModel(file, options),
  };
}

/** Waits until the disk's clock has left the moment in which files were written. */
async function settle(): Promise<void> {
  const until = Date.now() + 60;
  while (Date.now() < until) await new Promise((resolve) => setImmediate(resolve));
}

it('resolves a mesh, and takes the same model from the cache when nothing changed', async () => {
  const { load, check, checked, forget } = setUp({ ...SHOP, ...CODE });
  await settle();
  const first = await load();
  expect(first.problems).toEqual([]);
  expect(first.model.products.map(({ id }) => id)).toEqual(['sales/labels', 'stock/items', 'sales/prices']);
  expect(checked).toContain('stock/items/items.sql');
  forget();
  expect(await load()).toEqual(first);
  expect(Object.isFrozen((await load()).model.products[0])).toBe(true);
  expect(await check()).toEqual({
    cached: true,
    problems: [],
    summary: { name: 'shop', domains: 2, products: 3, ports: 3 },
  });
  expect(checked).toEqual([]);
});

it('stays with the cache when a file was only touched', async () => {
  const { folder, check } = setUp();
  await settle();
  await check();
  age(folder, SHOP);
  expect(await check()).toMatchObject({ cached: true });
});

it('checks only the SQL that changed, and what depends on its types', async () => {
  const { folder, load, checked, forget } = setUp();
  await settle();
  await load();
  forget();
  writeMesh(folder, { 'stock/items/items.sql': `${ITEMS_SQL}WHERE price > 1\n` });
  const { model } = await load();
  expect(checked).toEqual(['stock/items/items.sql']);
  expect(model.products[0]!.transform).toMatchObject({ statements: [{ text: expect.stringContaining('price > 1') }] });
});

it.each<[string, Files]>([
  ['a product', { 'stock/items/product.ts': itemsProduct("tags: ['new'],") }],
  ['a product of its own', { 'stock/more/product.ts': 'export const nothing = 1;' }],
  ['SQL that was missing', { 'stock/items/other.sql': 'SELECT 1' }],
  ['the mesh', { 'mesh.ts': String(SHOP['mesh.ts']).replace("name: 'shop'", "name: 'shop-two'") }],
  ['what code imports', { 'sales/labels/spell.ts': 'export const spell = (text: string) => text;' }],
])('notices %s', async (_title, changed) => {
  const { folder, check } = setUp({ ...SHOP, ...CODE });
  await settle();
  await check();
  expect(await check()).toMatchObject({ cached: true });
  writeMesh(folder, changed);
  expect(await check()).toMatchObject({ cached: false });
});

it('notices that a product is gone', async () => {
  const { folder, check } = setUp();
  await settle();
  await check();
  rmSync(join(folder, 'sales'), { recursive: true });
  expect(await check()).toMatchObject({ cached: false, summary: { products: 1 } });
});

it('keeps problems too, with their places', async () => {
  const { check } = setUp({ ...SHOP, 'stock/items/product.ts': itemsProduct().replace("key: ['item_id'],", '') });
  await settle();
  const first = await check();
  expect(first.problems[0]).toMatchObject({
    code: 'mode-without-key',
    where: { product: 'stock/items', port: 'items', file: 'stock/items/product.ts', line: 17, column: 5 },
  });
  expect(await check()).toEqual({ ...first, cached: true });
});

it.each(['manifest.json', 'model', 'statements.json'])('goes on when the cached %s is broken or gone', async (name) => {
  const { folder, load, check } = setUp();
  await settle();
  const first = await load();
  const cache = join(folder, '.mesh/cache');
  const own = join(cache, readdirSync(cache).find((each) => each !== 'transforms')!);
  const file = join(own, readdirSync(own).find((each) => each.startsWith(name))!);
  writeFileSync(file, '{"version":');
  expect(await load()).toEqual(first);
  rmSync(file);
  expect(await load()).toEqual(first);
  expect(await check()).toMatchObject({ problems: [] });
});

it('bundles code anew when its bundle is gone', async () => {
  const { folder, load } = setUp({ ...SHOP, ...CODE });
  await settle();
  const first = await load();
  rmSync(join(folder, '.mesh/cache/transforms'), { recursive: true });
  expect(await load()).toEqual(first);
  expect(readdirSync(join(folder, '.mesh/cache/transforms'))).toHaveLength(1);
});

it('does not need to write its cache', async () => {
  const { folder, load } = setUp();
  writeFileSync(join(folder, '.mesh'), 'a file where the home should be');
  expect((await load()).problems).toEqual([]);
});
