import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DOMAINS = 10;
const FAN_IN = 3;

/** A SELECT with the columns of the tables that it may read. */
export interface Statement {
  readonly text: string;
  readonly tables: { readonly [table: string]: { readonly [column: string]: string } };
}

const COLUMNS = {
  id: 'VARCHAR',
  day: 'DATE',
  amount: 'DECIMAL(18, 2)',
  share: 'DOUBLE',
  label: 'VARCHAR',
  events: 'BIGINT',
} as const;
const PORT_COLUMNS = { ...COLUMNS, _recorded_at: 'TIMESTAMP(6)' };

/**
 * Writes a mesh of so many products, each of which reads three before it (the first ones read sources), and gives the
 * statements that a check of it has to parse: each product's SQL and its row rule.
 */
export async function generateMesh(folder: string, count: number): Promise<Statement[]> {
  const statements: Statement[] = [];
  const products: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const providers = providersOf(index);
    const text = providers.length === 0 ? sourceSql(index) : joinSql(index);
    const condition = `amount >= ${-index - 1} AND share BETWEEN 0 AND 1 AND length(label) > 0`;
    const tables =
      providers.length === 0
        ? { drops: { ...COLUMNS, _file: 'VARCHAR' } }
        : Object.fromEntries(NAMES.map((name) => [name, PORT_COLUMNS]));
    statements.push(
      { text, tables },
      { text: `SELECT (${condition}\n) AS holds FROM rows_out`, tables: { rows_out: COLUMNS } },
    );
    products.push(productText(index, providers, text, condition));
  }
  const domains = Array.from({ length: DOMAINS }, (_, index) => {
    const name = `d${index}`;
    return `defineDomain({ name: '${name}', team: '${name}', contact: '${name}@bench.example', description: 'Domain ${index}' })`;
  });
  const mesh = [
    "import { defineDomain, defineEntity, defineMesh, defineProduct, field, grant, input, output, rule, source, sql } from 'cdk-data-mesh';",
    "const Thing = defineEntity({ name: 'Thing', description: 'What rows are about', key: 'id' });",
    `const fields = { id: field.string('Key').required().identifies(Thing), day: field.date('Day').required(),
  amount: field.decimal(18, 2, 'Money').required().unit('EUR'), share: field.double('Share').min(0).max(1),
  label: field.string('Label').maxLength(200), events: field.long('Events').required().min(0) };`,
    ...products,
    `export default defineMesh({ name: 'generated', description: 'Generated', entities: [Thing], domains: [${domains.join(', ')}],
  products: [${products.map((_, index) => `p${index}`).join(', ')}] });`,
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'mesh.ts'), mesh.join('\n'));
  return statements;
}

const NAMES = ['first', 'second', 'third'] as const;

function providersOf(index: number): number[] {
  if (index < DOMAINS * FAN_IN) return [];
  // Near and far ones, so that the graph is deep as well as wide.
  return [index - DOMAINS, index - DOMAINS * 2 - (index % 7), Math.floor(index / 3)];
}

function productText(index: number, providers: readonly number[], text: string, condition: string): string {
  const domain = `d${index % DOMAINS}`;
  const team = (of: number) => `d${of % DOMAINS}`;
  const inputs =
    providers.length === 0
      ? `drops: source({ description: 'Drops', path: 'drops/${index}', format: 'csv', fields })`
      : providers
          .map((provider, at) => `${NAMES[at]}: input(p${provider}, 'rows_out', { purpose: 'bench' })`)
          .join(', ');
  const grants = Array.from({ length: DOMAINS }, (_, at) => `grant({ to: '${team(at)}', purpose: 'bench' })`);
  return `const p${index} = defineProduct({
  domain: '${domain}', name: 'p${index}', version: '1.0.0', archetype: '${providers.length === 0 ? 'source-aligned' : 'aggregate'}',
  purpose: 'Product ${index}', owner: { team: '${domain}', contact: '${domain}@bench.example' },
  inputs: { ${inputs} },
  outputs: { rows_out: output({ description: 'Rows', fields, key: ['id', 'day'], mode: 'upsert', actualTime: 'day',
    quality: [rule.row('plausible', ${JSON.stringify(condition)})], grants: [${grants.join(', ')}] }) },
  transform: sql({ statements: { rows_out: ${JSON.stringify(text)} } }),
});`;
}

function sourceSql(index: number): string {
  return `SELECT id, day, amount, share, trim(label) AS label, events
FROM drops
WHERE amount > ${index} AND label IS NOT NULL`;
}

function joinSql(index: number): string {
  return `WITH joined AS (
  SELECT
    a.id,
    a.day,
    a.amount + coalesce(b.amount, 0) AS amount,
    coalesce(c.label, b.label, a.label) AS label,
    a.events + b.events AS events,
    row_number() OVER (PARTITION BY a.id, a.day ORDER BY b.amount DESC, c.events) AS place
  FROM first AS a
  JOIN second AS b ON b.id = a.id AND b.day = a.day
  LEFT JOIN third AS c ON c.id = a.id AND c.day >= date_add('day', -${(index % 30) + 1}, a.day)
  WHERE a.amount > ${index} AND b.label NOT LIKE 'test%'
)
SELECT
  id,
  day,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
  CAST(count_if(amount > 100) AS DOUBLE) / count(*) AS share,
  max(upper(substr(label, 1, 20))) AS label,
  CAST(sum(CASE WHEN place <= 3 THEN events ELSE 0 END) AS BIGINT) AS events
FROM joined
GROUP BY id, day`;
}
