import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { createApp } from '../../lib/api/serve-api.ts';
import { builtShop } from './built-shop.ts';

let shop: Awaited<ReturnType<typeof builtShop>>;
let ask: (
  path: string,
  body?: unknown,
) => Promise<{ status: number; type: string | null; body: Record<string, unknown> }>;

beforeAll(async () => {
  shop = await builtShop();
  ask = asker({});
});

afterAll(() => {
  shop.ports.close();
  rmSync(shop.folder, { recursive: true, force: true });
});

function asker(caller: { principal?: string; purpose?: string }): typeof ask {
  const api = createApi({ ports: shop.ports, model: () => shop.model, caller });
  return async (path, body) => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await api.request(path, init);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as Record<string, unknown>,
    };
  };
}

describe('finding', () => {
  it('says that the mesh is served', async () => {
    const { status, body } = await ask('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', mesh: 'shop', products: 3 });
  });

  it('searches, with reasons and facets', async () => {
    const { body } = await ask('/search?q=price&domain=stock');
    expect(body).toMatchObject({
      hits: [{ product: 'stock/items', port: 'items', matched: ['field price'] }],
      facets: { domain: { stock: 1 } },
    });
  });

  it('lists products a page at a time', async () => {
    const { body } = await ask('/products?offset=1&limit=1');
    expect(body).toMatchObject({
      total: 3,
      offset: 1,
      items: [{ id: 'stock/items', state: { state: 'published', rows: 3 } }],
    });
  });

  it('tells all there is to know about a product', async () => {
    const { body } = await ask('/products/stock/items/discover');
    expect(body).toMatchObject({
      manifest: { id: 'stock/items', outputs: [{ name: 'items' }] },
      state: { state: 'published', findings: [] },
      ports: [
        { table: 'shop_stock_items.items', sample: [{ item_id: 'i1', price: 1.5, listed: '2026-01-01' }, {}, {}] },
      ],
      consumers: ['sales/prices'],
    });
  });

  it('tells what a column is made of', async () => {
    const { body } = await ask('/lineage?uri=mesh://shop/sales/prices/average&column=price');
    expect(body).toMatchObject({
      name: 'sales/prices/average',
      column: 'price',
      children: [
        {
          name: 'stock/items/items',
          column: 'price',
          children: [{ kind: 'source', name: 'stock/items', column: 'price' }],
        },
      ],
    });
  });

  it('describes itself', async () => {
    const { body } = await ask('/openapi.json');
    expect(Object.keys(body.paths as object)).toContain('/products/{domain}/{product}/{output}/query');
  });
});

describe('reading', () => {
  const path = '/products/stock/items/items/query';

  it('answers with columns, rows and what was read', async () => {
    const { body } = await ask(path, { columns: ['item_id'], where: 'price > 2 -- dear', limit: 10 });
    expect(body).toMatchObject({
      rows: [{ item_id: 'i2' }, { item_id: 'i3' }],
      truncated: false,
      reads: ['shop_stock_items.items'],
    });
  });

  it('says when there are more rows than asked for', async () => {
    expect((await ask(path, { limit: 1 })).body).toMatchObject({ rows: [{ item_id: 'i1' }], truncated: true });
  });

  it('answers SQL over what may be read', async () => {
    const sql = 'SELECT count(*) AS items FROM shop_stock_items.items';
    expect((await ask(path, { sql })).body.rows).toEqual([{ items: 3 }]);
  });

  it('reads as of a time', async () => {
    expect((await ask(path, { asOf: '2999-01-01' })).body.rows).toHaveLength(3);
    expect((await ask(path, { asOf: '2000-01-01' })).status).not.toBe(200);
  });

  it('shows a team what it was granted and nothing else', async () => {
    const asSales = asker({ principal: 'team:sales', purpose: 'pricing' });
    const { body } = await asSales(path, { limit: 1 });
    expect(Object.keys((body.rows as object[])[0]!)).toEqual(['item_id', 'price', '_recorded_at']);
    expect((await asSales(path, { columns: ['listed'] })).status).toBeGreaterThanOrEqual(400);
    expect((await asSales('/products/stock/items/discover')).body).toMatchObject({ ports: [{ sample: [] }] });
    expect((await asker({ principal: 'team:sales' })(path, {})).status).toBe(403);
  });
});

describe('refusals', () => {
  it.each([
    ['a product that is none', '/products/stock/itmes/discover', undefined, 404, 'no-such-product'],
    ['a port that is none', '/products/stock/items/item/query', {}, 404, 'no-such-port'],
    ['a field that is none', '/products/stock/items/items/query', { columns: ['prise'] }, 400, 'no-such-field'],
    ['a property that is none', '/products/stock/items/items/query', { colums: ['price'] }, 400, 'invalid-request'],
    ['a limit that is too high', '/products/stock/items/items/query', { limit: 1_000_000 }, 400, 'invalid-request'],
    ['a time that is none', '/products/stock/items/items/query', { asOf: 'yesterday' }, 400, 'invalid-time'],
    ['SQL beside columns', '/products/stock/items/items/query', { sql: 'SELECT 1', columns: ['price'] }, 400, 'usage'],
    ['a body that is no object', '/products/stock/items/items/query', 'text', 400, 'invalid-request'],
    ['a path that is none', '/nothing', undefined, 404, 'no-such-path'],
    ['a search without a sound limit', '/search?limit=none', undefined, 400, 'invalid-request'],
  ])('refuses %s', async (_title, path, body, status, code) => {
    const answer = await ask(path, body);
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { status, code, fix: expect.any(String) },
    });
  });

  it('refuses SQL that reads a file', async () => {
    const answer = await ask('/products/stock/items/items/query', { sql: "SELECT * FROM read_csv('/etc/passwd')" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(answer.body)).not.toContain('root:');
  });

  it('refuses a body that is too long', async () => {
    const api = createApi({ ports: shop.ports, model: () => shop.model });
    const body = JSON.stringify({ sql: 'x'.repeat(2_000_000) });
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const response = await api.request('/products/stock/items/items/query', { method: 'POST', body, headers });
    expect(response.status).toBe(413);
  });
});

describe('on this machine only', () => {
  const app = () => createApp({ ports: shop.ports, model: () => shop.model, portal: ['portal'] });
  const get = (path: string, headers: Record<string, string> = {}, host = '127.0.0.1:4300') =>
    app().request(`http://${host}${path}`, { headers: { host, ...headers } });

  it('serves the page, which loads nothing from elsewhere', async () => {
    const response = await get('/');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const page = await response.text();
    expect(page).toContain('<title>');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  it.each([
    ['no origin', {}],
    ['its own origin', { origin: 'http://127.0.0.1:4300', 'sec-fetch-site': 'same-origin' }],
    ['a link from elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('answers %s', async (_title, headers) => {
    expect((await get('/health', headers)).status).toBe(200);
  });

  it.each<[string, Record<string, string>, string?]>([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999' }],
    ['no origin at all', { origin: 'null' }],
    ['a page elsewhere that asks without an origin', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['another name of this machine', {}, 'evil.example:4300'],
    ['a name that only begins like ours', {}, 'localhost.evil.example'],
  ])('refuses %s', async (_title, headers, host) => {
    const response = await get('/health', headers, host);
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses a query that a form elsewhere could send', async () => {
    const path = 'http://127.0.0.1:4300/products/stock/items/items/query';
    const headers = { host: '127.0.0.1:4300', 'content-type': 'text/plain' };
    const response = await app().request(path, { method: 'POST', body: '{"limit":1}', headers });
    expect(response.status).toBe(415);
  });
});
