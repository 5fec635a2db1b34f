import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import {
  code,
  defineDomain,
  defineMesh,
  defineProduct,
  field,
  input,
  output,
  rule,
  source,
  sql,
} from '../../lib/index.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import { loadInline } from '../../lib/model/resolve/loaded-mesh.ts';
import { resolveMesh } from '../../lib/model/resolve/resolve-mesh.ts';

const about = {
  domain: 'shop',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'To be killed',
  owner: { team: 'shop', contact: 'shop@opetence.example' },
} as const;

const saleFields = {
  sale_id: field.string('The sale').required(),
  sku: field.string('What was sold').required(),
  amount: field.decimal(12, 2, 'For how much').required(),
  sold_at: field.timestamp('When').required(),
};

/** Two ports of two modes, which every publication moves together. */
const sales = defineProduct({
  ...about,
  name: 'sales',
  inputs: { drops: source({ description: 'Sales', path: 'shop/sales', format: 'csv', fields: saleFields }) },
  outputs: {
    events: output({ description: 'Every sale', fields: saleFields, key: ['sale_id'], mode: 'append' }),
    latest: output({
      description: 'The last sale of each article',
      fields: saleFields,
      key: ['sku'],
      mode: 'upsert',
      actualTime: 'sold_at',
      quality: [rule.row('paid', 'amount > 0')],
    }),
  },
  transform: sql({
    statements: {
      events: 'SELECT sale_id, sku, amount, sold_at FROM typed',
      latest:
        'SELECT sale_id, sku, amount, sold_at FROM (SELECT *, row_number() OVER (PARTITION BY sku ORDER BY sold_at DESC, sale_id DESC) AS place FROM typed) WHERE place = 1',
    },
    steps: [{ name: 'typed', sql: 'SELECT sale_id, sku, amount, sold_at FROM drops' }],
  }),
});

/** Code, over a port and a source. */
export const folded = defineProduct({
  ...about,
  name: 'folded',
  archetype: 'aggregate',
  inputs: {
    events: input(sales, 'events', { read: 'all' }),
    returns: source({
      description: 'What came back',
      path: 'shop/returns',
      format: 'ndjson',
      fields: { sale_id: field.string('The sale').required() },
    }),
  },
  outputs: {
    folded: output({
      description: 'Articles',
      fields: {
        sku: field.string('The article').required(),
        sold: field.long('How many').required(),
        returned: field.long('How many of those came back').required(),
      },
      key: ['sku'],
      mode: 'replace',
      quality: [rule.row('less_came_back', 'returned <= sold')],
    }),
  },
  transform: code('folded.ts'),
});

/** Only the news of a port. */
const trail = defineProduct({
  ...about,
  name: 'trail',
  archetype: 'aggregate',
  inputs: { events: input(sales, 'events') },
  outputs: {
    trail: output({
      description: 'Facts about facts',
      fields: { sale_id: field.string('The sale').required(), day: field.date('When').required() },
      mode: 'append',
    }),
  },
  transform: sql({ statements: { trail: 'SELECT sale_id, CAST(sold_at AS DATE) AS day FROM events' } }),
});

/** Its second drop breaks its rule. */
const suspect = defineProduct({
  ...about,
  name: 'suspect',
  inputs: {
    counts: source({
      description: 'Counts',
      path: 'shop/counts',
      format: 'csv',
      fields: { sku: field.string('The article').required(), left_over: field.int('How many') },
    }),
  },
  outputs: {
    counts: output({
      description: 'Counts',
      fields: { sku: field.string('The article').required(), left_over: field.int('How many').min(0) },
      key: ['sku'],
      mode: 'upsert',
    }),
  },
  transform: sql({ statements: { counts: 'SELECT sku, left_over FROM counts' } }),
});

const summary = defineProduct({
  ...about,
  name: 'summary',
  archetype: 'consumer-aligned',
  inputs: { latest: input(sales, 'latest'), folded: input(folded, 'folded') },
  outputs: {
    articles: output({
      description: 'Articles with their last price',
      fields: { sku: field.string('The article').required(), sold: field.long('How many'), amount: saleFields.amount },
      key: ['sku'],
      mode: 'replace',
      quality: [rule.references('is_sold', ['sku'], 'latest', ['sku'])],
    }),
    totals: output({
      description: 'All articles together',
      fields: { name: field.string('Which').required(), articles: field.long('How many').required() },
      key: ['name'],
      mode: 'replace',
    }),
  },
  transform: sql({
    statements: {
      articles: 'SELECT f.sku, f.sold, l.amount FROM folded f JOIN latest l ON l.sku = f.sku',
      totals: "SELECT 'all' AS name, count(*) AS articles FROM folded",
    },
  }),
});

/** A small mesh with every mode, both kinds of transformation, news of a port, several ports and a quarantine. */
export async function resolveCrashMesh(): Promise<MeshModel> {
  const products = [sales, folded, trail, suspect, summary].map(loadInline);
  const loaded = products.map((product) =>
    product.id === 'shop/folded' ? { ...product, code: { file: 'folded.ts', hash: 'folded-1' } } : product,
  );
  const domain = defineDomain({ name: 'shop', team: 'shop', contact: 'shop@opetence.example', description: 'A shop' });
  const mesh = defineMesh({ name: 'crash', description: 'To be killed', domains: [domain] });
  const checker = createSqlChecker();
  try {
    return await resolveMesh({ mesh, products: loaded, problems: [] }, { sql: checker });
  } finally {
    checker.close();
  }
}

/** Makes the drops of a generation (1, 2, …) land; the second one of counts breaks a rule. */
export async function landGeneration(landing: string, generation: number): Promise<void> {
  const ids = Array.from({ length: 40 }, (_, index) => generation * 100 + index);
  const at = (id: number) => `2026-01-${String(generation).padStart(2, '0')} 10:00:${String(id % 60).padStart(2, '0')}`;
  const lines = ids.map((id) => `s${id},sku${id % 7},${generation}.${String(id % 100).padStart(2, '0')},${at(id)}`);
  const counts = generation === 2 ? 'sku1,-5' : `sku1,${generation}\nsku2,${generation + 10}`;
  const files = {
    [`shop/sales/${generation}.csv`]: `sale_id,sku,amount,sold_at\n${lines.join('\n')}\n`,
    [`shop/returns/${generation}.ndjson`]: ids
      .filter((id) => id % 3 === 0)
      .map((id) => `{"sale_id":"s${id}"}\n`)
      .join(''),
    [`shop/counts/${generation}.csv`]: `sku,left_over\n${counts}\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    const file = join(landing, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
