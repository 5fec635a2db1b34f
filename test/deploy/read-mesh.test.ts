import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMesh } from '../../lib/deploy/read-mesh.ts';
import type { MeshError } from '../../lib/model/mesh-error.ts';
import { runCli } from '../cli/run-cli.ts';
import { CODE, ITEMS_SQL, meshFolder, SHOP } from '../loader/mesh-folder.ts';

test('a mesh is read with its products, providers first, and the code of those that are made by it', async () => {
  const folder = meshFolder({ ...SHOP, ...CODE });
  const read = await readMesh(join(folder, 'mesh.ts'));
  const ids = read.products.map(({ id }) => id);
  expect(ids.toSorted()).toEqual(['sales/labels', 'sales/prices', 'stock/items']);
  expect(ids.indexOf('stock/items')).toBeLessThan(ids.indexOf('sales/prices'));
  expect(read.model.name).toBe('shop');
  expect(Object.keys(read.transforms)).toEqual(['sales/labels']);
  expect(readFileSync(read.transforms['sales/labels']!, 'utf8')).toContain('trim()');
});

test('a mesh is read by its folder as by its file', async () => {
  const folder = meshFolder(SHOP);
  const [byFolder, byFile] = [await readMesh(folder), await readMesh(join(folder, 'mesh.ts'))];
  expect(byFolder).toEqual(byFile);
});

test('only the products that are asked for are read', async () => {
  const folder = meshFolder({ ...SHOP, ...CODE });
  const { products, transforms, model } = await readMesh(folder, { products: ['sales/prices'] });
  expect([products.map(({ id }) => id), transforms]).toEqual([['sales/prices'], {}]);
  expect(model.products).toHaveLength(3);
  await expect(readMesh(folder, { products: ['sales/price'] })).rejects.toThrow(
    'the mesh `shop` has no product `sales/price`; name it as `domain/product`; `mesh search` lists them',
  );
});

test('a mesh with problems is refused in the very words of `mesh check`', async () => {
  const folder = meshFolder({
    ...SHOP,
    'stock/items/items.sql': ITEMS_SQL.replace('price', 'prise'),
    'sales/prices/average.sql': 'SELECT 1 AS id FROM elsewhere\n',
  });
  const refusal = await readMesh(folder).then(
    () => undefined,
    (thrown: MeshError) => thrown,
  );
  const check = await runCli(['check', '--json'], { cwd: folder });
  const { problems } = check.json()[0]!.error as unknown as { problems: object[] };
  expect(problems.length).toBeGreaterThan(1);
  expect(JSON.parse(JSON.stringify(refusal?.problems))).toEqual(problems);
});
