import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BadMesh, createBadMesh, land, runMesh } from './bad-mesh.ts';

const ROWS = 1_000_000;
/** Far less than the rows take: about 200 bytes each. */
const HEAP_MEGABYTES = 80;

let mesh: BadMesh;
beforeAll(async () => {
  mesh = await createBadMesh();
  await mesh.write('bad/many/product.ts', productOf('many', '', SOURCE));
  await land(mesh.landing, 'bad/many/a.csv', 'id\na\n');
  await mesh.write(
    'bad/many/transform.ts',
    `export default async function* () {
  for (let n = 0; n < ${ROWS}; n += 1) yield { port: 'rows', row: { n: BigInt(n), text: String(n).padStart(100, '-') } };
}`,
  );
  await mesh.write(
    'bad/again/product.ts',
    productOf('again', "import many from '../many/product.ts';", "{ many: input(many, 'rows') }"),
  );
  await mesh.write(
    'bad/again/transform.ts',
    `export default async function* ({ inputs }) {
  for await (const row of inputs.many.orderedBy('text')) yield { port: 'rows', row };
}`,
  );
});
afterAll(() => mesh?.remove());

const SOURCE =
  "{ start: source({ description: 'Start', path: 'bad/many', format: 'csv', fields: { id: field.string('Id') } }) }";

function productOf(name: string, imports: string, inputs: string): string {
  return `
import { code, defineProduct, field, input, output, source } from 'cdk-data-mesh';
${imports}
export default defineProduct({
  domain: 'bad', name: '${name}', version: '1.0.0', archetype: 'aggregate', purpose: 'Many rows',
  owner: { team: 'bad', contact: 'bad@opetence.example' }, inputs: ${inputs},
  outputs: { rows: output({ description: 'Rows', mode: 'append', fields: { n: field.long('Number').required(), text: field.string('Text') } }) },
  transform: code('transform.ts'),
});
`;
}

test('a million rows from code, and through code, need no memory to speak of', async () => {
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MEGABYTES}` };
  const place = ['--mesh', mesh.folder, '--home', mesh.home];
  const { code, stderr } = await runMesh(['build', ...place], { env });
  expect(code, stderr).toBe(0);
  const sql = 'SELECT count(*) AS c, sum(n) AS s, count(DISTINCT text) AS d FROM bad_bad_again.rows';
  const asked = await runMesh(['query', sql, '--format', 'csv', ...place]);
  expect(asked.stdout.trim().split('\n')[1], asked.stderr).toBe(`${ROWS},${(ROWS * (ROWS - 1)) / 2},${ROWS}`);
});
