import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import { days, field, grant, hours, MeshError, rule } from '../../lib/index.ts';
import { loadMesh } from '../../lib/loader/load-mesh.ts';
import type { MeshModel, ProductModel } from '../../lib/model/mesh-model.ts';
import { modelJsonSchema, parseProduct } from '../../lib/model/model-schema.ts';
import { resolveMesh } from '../../lib/model/resolve/resolve-mesh.ts';
import { Customer, cases, load, orderFields, orders, port, reading, resolve } from './declarations.ts';

const checker = createSqlChecker();
afterAll(() => checker.close());
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(
  modelJsonSchema(),
);

async function fullModel(): Promise<MeshModel> {
  const fields = {
    ...orderFields,
    customer_id: field
      .string('Who')
      .identifies(Customer)
      .classified('personal')
      .minLength(1)
      .maxLength(9)
      .pattern('^c'),
    kind: field.string('Kind').oneOf('a', 'b').examples('a').unit('kind').warn(),
    nested: field.list(field.struct({ m: field.map(field.string('K'), field.decimal(4, 2, 'V'), 'M') }, 'S'), 'L'),
  };
  const made = reading('sales/full');
  const full = {
    ...made.declaration,
    status: 'deprecated',
    endOfSupport: '2027-12-31',
    tags: ['a'],
    refresh: { on: 'all', schedule: 'rate(1 day)' },
    policies: [
      { kind: 'max-classification', classification: 'confidential' },
      { kind: 'consumers', teams: ['care'] },
    ],
    transform: { kind: 'model', file: 't.ts', seed: 7 },
    outputs: {
      orders: port({
        fields: { ...fields, customer_id: fields.customer_id.classified('internal') },
        actualTime: 'placed_on',
        retention: days(1),
        quality: [
          rule.row('a', 'amount > 0', { description: 'Paid', severity: 'warning' }),
          rule.table('b', 'count(*) > 0'),
          rule.references('c', ['order_id'], 'drops', ['order_id'], { minShare: 0.5 }),
        ],
        slo: {
          freshness: hours(1),
          completeness: { fields: ['amount'], share: 0.5 },
          volume: { minRows: 1, maxRows: 2 },
        },
        terms: { usage: 'u', limitations: 'l', license: 'MIT' },
        grants: [grant({ to: 'care', purpose: 'p', columns: ['amount'], rows: 'amount > 0', until: '2027-01-01' })],
      }),
    },
  } as const;
  const loaded = load([orders(), cases(), { ...made, declaration: full }], {
    environments: { prod: { account: '1', region: 'eu-central-1' } },
    seed: 'seed',
    landing: 'landing',
  });
  return resolve(loaded);
}

describe("the model's schema", () => {
  test('takes a mesh in which everything is said', async () => {
    const model = await fullModel();
    expect(model.products.map((product) => parseProduct(written(product)))).toEqual(model.products);
    validate(written(model));
    expect(validate.errors).toBeNull();
  });

  test('takes the reference mesh', async () => {
    const { loaded } = await loadMesh(fileURLToPath(new URL('../../products/mesh.ts', import.meta.url)));
    const model = await resolveMesh(loaded, { sql: checker });
    expect(model.products.length).toBeGreaterThanOrEqual(17);
    expect(model.products.map((product) => parseProduct(written(product)))).toEqual(model.products);
    validate(written(model));
    expect(validate.errors).toBeNull();
  });

  test('gives frozen data', async () => {
    const product = parseProduct(written((await fullModel()).products[0]));
    expect(() => Object.assign(product.owner, { team: 'x' })).toThrow(TypeError);
  });

  test('is published under an address of its version', () => {
    expect(modelJsonSchema()).toMatchObject({
      $id: 'https://cdk-data-mesh.example/schema/mesh-model/1.json',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    });
    expect(JSON.parse(JSON.stringify(modelJsonSchema()))).toEqual(modelJsonSchema());
  });

  test.each<[string, (product: MutableProduct) => void, string]>([
    ['a field of another type', (product) => (product.purpose = 5 as never), '`purpose`'],
    ['an unknown property', (product) => Object.assign(product, { colour: 'red' }), 'colour'],
    ['an unknown mode', (product) => (product.outputs[0]!.mode = 'merge' as never), 'outputs.0.mode'],
    [
      'a type of field that is none',
      (product) => (product.outputs[0]!.fields[0]!.type = { kind: 'float' } as never),
      'type',
    ],
    ['a missing property', (product) => delete (product as { fingerprint?: string }).fingerprint, 'fingerprint'],
    ['an id without a domain', (product) => (product.id = 'orders' as never), '`id`'],
  ])('refuses %s', async (_, spoil, place) => {
    const model = written(await fullModel());
    spoil(model.products[0] as MutableProduct);
    const error = refusal(model.products[0]);
    expect(error).toMatchObject({ code: 'invalid-model' });
    expect(error.message).toContain(place);
    expect(validate(model)).toBe(false);
  });

  test.each([0, 2, '1', null])('refuses a model of version %j', async (modelVersion) => {
    expect(validate({ ...written(await fullModel()), modelVersion })).toBe(false);
  });

  test.each([undefined, null, 5, 'model', [], {}])('refuses %j, which is no model', (json) => {
    expect(refusal(json)).toMatchObject({ code: 'invalid-model' });
    expect(validate(json)).toBe(false);
  });
});

type MutableProduct = Mutable<ProductModel>;
type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;

/** As it comes back from a file. */
function written<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

function refusal(json: unknown): MeshError {
  try {
    parseProduct(json);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MeshError);
    return thrown as MeshError;
  }
  return expect.fail('it was taken');
}
