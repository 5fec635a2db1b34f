import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceLineage } from '../../lib/api/lineage.ts';
import { parseTime } from '../../lib/api/parse-time.ts';
import { createSearchIndex, type SearchIndex } from '../../lib/api/search-index.ts';
import { findProduct } from '../../lib/model/mesh-model.ts';
import { builtShop } from './built-shop.ts';

let shop: Awaited<ReturnType<typeof builtShop>>;
let index: SearchIndex;

beforeAll(async () => {
  shop = await builtShop();
  shop.ports.close();
  index = createSearchIndex(shop.model);
});

afterAll(() => rmSync(shop.folder, { recursive: true, force: true }));

describe('searching', () => {
  const names = (text: string) =>
    index.search({ text }).hits.map(({ product, port }) => (port ? `${product}/${port}` : product));

  it.each([
    ['items', 'stock/items'],
    ['item', 'stock/items'],
    ['ITEMS', 'stock/items'],
    ['averag', 'sales/prices/average'],
    ['lables', 'sales/labels'],
    ['itemId', 'stock/items/items'],
  ])('finds by `%s` what is meant first', (text, first) => {
    expect(names(text)[0]).toMatch(new RegExp(`^${first}`));
  });

  it('wants all words, and takes some when nothing has all', () => {
    expect(index.search({ text: 'price since' })).toMatchObject({ isRelaxed: false, total: 1 });
    expect(index.search({ text: 'price zebra' })).toMatchObject({ isRelaxed: true });
    expect(index.search({ text: 'zebra' })).toMatchObject({ isRelaxed: false, total: 0, hits: [] });
  });

  it('lists every product without words, and filters', () => {
    expect(index.search({}).total).toBe(3);
    expect(
      index
        .search({ domain: 'sales' })
        .hits.map(({ product }) => product)
        .sort(),
    ).toEqual(['sales/labels', 'sales/prices']);
    expect(index.search({ text: 'price', archetype: 'aggregate' }).facets.archetype).toEqual({ aggregate: 2 });
    expect(index.search({ limit: 1 })).toMatchObject({ total: 3, hits: [{}] });
  });
});

describe('lineage', () => {
  const port = (id: string, name: string) => {
    const product = findProduct(shop.model, id)!;
    return { product, port: product.outputs.find((output) => output.name === name)! };
  };

  it('goes down to what a column feeds', () => {
    const tree = traceLineage(shop.model, { ...port('stock/items', 'items'), column: 'price', direction: 'down' });
    expect(tree.children).toMatchObject([{ name: 'sales/prices/average', column: 'price', children: [] }]);
    expect(
      traceLineage(shop.model, { ...port('stock/items', 'items'), column: 'listed', direction: 'down' }).children,
    ).toEqual([]);
  });

  it('stops after so many hops, and says so', () => {
    const tree = traceLineage(shop.model, { ...port('sales/prices', 'average'), direction: 'up', depth: 1 });
    expect(tree.children).toMatchObject([{ name: 'stock/items/items', cut: true, children: [] }]);
  });

  it('says that columns made by code are not known', () => {
    const tree = traceLineage(shop.model, { ...port('sales/labels', 'labels'), column: 'label', direction: 'up' });
    expect(tree).toMatchObject({ opaque: true, children: [{ kind: 'source', name: 'sales/labels' }] });
  });
});

describe('times', () => {
  it.each([
    ['2026-11-20', '2026-11-20T23:59:59.999999Z'],
    ['2026-11-20T10:00', '2026-11-20T10:00:00.000000Z'],
    ['2026-11-20 10:00:01.5', '2026-11-20T10:00:01.500000Z'],
    ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000000Z'],
    ['2026-11-20T10:00:00.123456Z', '2026-11-20T10:00:00.123456Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseTime(text)).toBe(iso);
  });

  it.each(['', 'now', '2026-13-01', '20.11.2026', '2026-11-20T25:00'])('refuses `%s`', (text) => {
    expect(() => parseTime(text)).toThrow('is no time');
  });
});
