import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Files of a small mesh, by path below its folder. */
export type Files = { readonly [path: string]: string | Buffer };

/** Writes a mesh into a new folder, without any node_modules near; it is gone after the test. */
export function meshFolder(files: Files, options: { readonly keep?: boolean } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-folder-'));
  if (!options.keep) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeMesh(folder, files);
  return folder;
}

/** Writes files below a folder. */
export function writeMesh(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export const MESH = `import { defineDomain, defineEntity, defineMesh } from 'cdk-data-mesh';
const domain = (name: string) => defineDomain({ name, team: name, contact: \`\${name}@shop.example\`, description: name });
export default defineMesh({
  name: 'shop',
  description: 'A shop',
  domains: [domain('sales'), domain('stock')],
  teams: [{ name: 'analysts', description: 'Ask' }],
  entities: [defineEntity({ name: 'Item', description: 'What is sold', key: 'item_id' })],
});
`;

/** A product that reads drops of items; `more` replaces or adds properties. */
export function itemsProduct(more = ''): string {
  return `import { defineProduct, field, grant, output, source, sql } from 'cdk-data-mesh';

export default defineProduct({
  domain: 'stock',
  name: 'items',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'What can be sold.',
  owner: { team: 'stock', contact: 'stock@shop.example' },
  inputs: {
    drops: source({
      description: 'Nightly', path: 'stock/items', format: 'csv',
      fields: { item_id: field.string('Id'), price: field.double('Price'), listed: field.date('Since') },
    }),
  },
  outputs: {
    items: output({
      description: 'One row for each item.',
      fields: {
        item_id: field.string('The item').required(),
        price: field.double('What it costs').required().min(0),
        listed: field.date('Since when').required(),
      },
      key: ['item_id'],
      mode: 'upsert',
      actualTime: 'listed',
      grants: [grant({ to: 'sales', purpose: 'pricing', columns: ['item_id', 'price'] }), grant({ to: 'analysts', purpose: 'exploration', columns: ['item_id'] })],
    }),
  },
  transform: sql(),
  ${more}
});
`;
}

export const ITEMS_SQL = 'SELECT item_id, price, listed\nFROM drops\n';

/** A product of another domain that reads the items. */
const PRICES = `import { defineProduct, field, input, output, sql } from 'cdk-data-mesh';
import items from '../../stock/items/product.ts';

export default defineProduct({
  domain: 'sales',
  name: 'prices',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'What things cost on average.',
  owner: { team: 'sales', contact: 'sales@shop.example' },
  inputs: { items: input(items, 'items', { purpose: 'pricing' }) },
  outputs: {
    average: output({
      description: 'One row.',
      fields: { id: field.int('Always 1').required(), price: field.double('On average').required() },
      key: ['id'],
      mode: 'replace',
    }),
  },
  transform: sql(),
});
`;

const PRICES_SQL = 'SELECT 1 AS id, avg(price) AS price\nFROM items\n';

/** Two domains, two products. */
export const SHOP: Files = {
  'mesh.ts': MESH,
  'stock/items/product.ts': itemsProduct(),
  'stock/items/items.sql': ITEMS_SQL,
  'sales/prices/product.ts': PRICES,
  'sales/prices/average.sql': PRICES_SQL,
};

/** A product whose transformation is code. */
export const CODE: Files = {
  'sales/labels/product.ts': `import { code, defineProduct, field, output, source } from 'cdk-data-mesh';
export default defineProduct({
  domain: 'sales', name: 'labels', version: '1.0.0', archetype: 'source-aligned', purpose: 'Labels.',
  owner: { team: 'sales', contact: 'sales@shop.example' },
  inputs: { drops: source({ description: 'Drops', path: 'sales/labels', format: 'ndjson', fields: { label: field.string('Label') } }) },
  outputs: { labels: output({ description: 'Labels.', fields: { label: field.string('Label').required() }, key: ['label'], mode: 'upsert' }) },
  transform: code('transform.ts'),
});
`,
  'sales/labels/spell.ts': 'export const spell = (text: string) => text.trim();\n',
  'sales/labels/transform.ts': `import { defineTransform } from 'cdk-data-mesh';
import type product from './product.ts';
import { spell } from './spell.ts';
export default defineTransform<typeof product>(async function* ({ inputs }) {
  for await (const { label } of inputs.drops) if (label !== null) yield { port: 'labels', row: { label: spell(label) } };
});
`,
};
