/** The files of a small shop's mesh, as its people would write them. */
export function shopFiles(name: string): { readonly [path: string]: string } {
  return {
    'mesh.ts': `import { defineDomain, defineMesh } from 'cdk-data-mesh';

const domain = (name: string) =>
  defineDomain({ name, team: name, contact: \`\${name}@shop.example\`, description: \`What \${name} does.\` });

export default defineMesh({
  name: '${name}',
  description: 'A shop.',
  domains: [domain('sales'), domain('marketing')],
  teams: [{ name: 'analysts', description: 'Answer questions.' }],
});
`,
    'sales/orders/product.ts': `import { defineProduct, field, grant, output, source, sql } from 'cdk-data-mesh';

export default defineProduct({
  domain: 'sales',
  name: 'orders',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'What was bought.',
  owner: { team: 'sales', contact: 'sales@shop.example' },
  inputs: {
    drops: source({
      description: 'Exports of the till',
      path: 'sales/orders',
      format: 'csv',
      fields: {
        order_id: field.string('Number of the order'),
        placed_at: field.timestamp('When'),
        city: field.string('Where'),
        amount: field.decimal(10, 2, 'What was paid'),
        email: field.string('Who'),
      },
    }),
  },
  outputs: {
    orders: output({
      description: 'One row for each order.',
      fields: {
        order_id: field.string('The order').required().unique(),
        placed_at: field.timestamp('When').required(),
        city: field.string('Where').required(),
        amount: field.decimal(10, 2, 'What was paid').required().min(0),
        email: field.string('Who').classified('personal'),
      },
      key: ['order_id'],
      mode: 'upsert',
      actualTime: 'placed_at',
      grants: [
        grant({
          to: 'marketing',
          purpose: 'planning',
          columns: ['order_id', 'city', 'amount'],
          rows: "city <> 'Secret'",
        }),
        grant({ to: 'analysts', purpose: 'exploration', columns: ['order_id', 'city'], rows: "city = 'Bonn'" }),
      ],
    }),
  },
  transform: sql(),
});
`,
    'sales/orders/orders.sql': 'SELECT order_id, placed_at, city, amount, email FROM drops\n',
    'marketing/revenue/product.ts': `import { defineProduct, field, grant, input, output, sql } from 'cdk-data-mesh';
import orders from '../../sales/orders/product.ts';

export default defineProduct({
  domain: 'marketing',
  name: 'revenue',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'What each city brings.',
  owner: { team: 'marketing', contact: 'marketing@shop.example' },
  inputs: { orders: input(orders, 'orders', { purpose: 'planning' }) },
  outputs: {
    cities: output({
      description: 'One row for each city.',
      fields: {
        city: field.string('The city').required(),
        orders: field.long('How many').required(),
        revenue: field.decimal(20, 2, 'What they paid').required(),
      },
      key: ['city'],
      mode: 'replace',
      grants: [grant({ to: 'analysts', purpose: 'exploration' })],
    }),
  },
  transform: sql(),
});
`,
    'marketing/revenue/cities.sql': `SELECT city, count(*) AS orders, CAST(sum(amount) AS DECIMAL(20, 2)) AS revenue
FROM orders
GROUP BY city
`,
    'marketing/ranking/product.ts': `import { code, defineProduct, field, input, output } from 'cdk-data-mesh';
import revenue from '../revenue/product.ts';

export default defineProduct({
  domain: 'marketing',
  name: 'ranking',
  version: '1.0.0',
  archetype: 'consumer-aligned',
  purpose: 'Which city comes first.',
  owner: { team: 'marketing', contact: 'marketing@shop.example' },
  inputs: { cities: input(revenue, 'cities') },
  outputs: {
    ranking: output({
      description: 'One row for each city.',
      fields: { city: field.string('The city').required(), place: field.int('Its place').required().min(1) },
      key: ['city'],
      mode: 'replace',
    }),
  },
  transform: code('transform.ts'),
});
`,
    'marketing/ranking/transform.ts': `import { defineTransform } from 'cdk-data-mesh';
import type product from './product.ts';

export default defineTransform<typeof product>(async function* ({ inputs }) {
  let place = 0;
  const cities: { city: string; revenue: number }[] = [];
  for await (const { city, revenue } of inputs.cities) cities.push({ city, revenue: Number(revenue) });
  for (const { city } of cities.sort((a, b) => b.revenue - a.revenue || (a.city < b.city ? -1 : 1))) {
    place += 1;
    yield { port: 'ranking', row: { city, place } };
  }
});
`,
  };
}

/** Products of the shop, providers before their consumers. */
export const ORDERS = 'sales/orders';
export const REVENUE = 'marketing/revenue';
export const RANKING = 'marketing/ranking';

/** A drop of orders, one per line after the header. */
export function ordersCsv(...lines: readonly string[]): string {
  return ['order_id,placed_at,city,amount,email', ...lines, ''].join('\n');
}

/** Three orders: two of Bonn (12.50 and 7.50), one of Kiel (30.00). */
export const FIRST_ORDERS = ordersCsv(
  'o1,2026-01-01T10:00:00Z,Bonn,12.50,a@x.example',
  'o2,2026-01-02T10:00:00Z,Bonn,7.50,b@x.example',
  'o3,2026-01-02T11:00:00Z,Kiel,30.00,c@x.example',
);
