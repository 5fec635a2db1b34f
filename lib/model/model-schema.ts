import { z } from 'zod';
import type { FieldType } from './field-type.ts';
import { freezeDeep } from './freeze-deep.ts';
import { MeshError, type Problem } from './mesh-error.ts';
import { MODEL_VERSION, type ProductModel } from './mesh-model.ts';

const text = z.string();
const literal = z.union([z.string(), z.number(), z.boolean()]);
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const severity = z.enum(['error', 'warning']);
const classification = z.enum(['public', 'internal', 'confidential', 'personal']);
const read = z.enum(['all', 'new']);
const productId = z.templateLiteral([z.string(), '/', z.string()]);

const scalarKind = z.enum(['string', 'int', 'long', 'double', 'boolean', 'date', 'timestamp', 'binary']);
const fieldType: z.ZodType<FieldType> = z
  .lazy(() =>
    z.union([
      z.strictObject({ kind: scalarKind }),
      z.strictObject({ kind: z.literal('decimal'), precision: z.int(), scale: z.int() }),
      z.strictObject({ kind: z.literal('list'), of: fieldType }),
      z.strictObject({ kind: z.literal('struct'), fields: z.record(text, fieldType) }),
      z.strictObject({ kind: z.literal('map'), key: fieldType, value: fieldType }),
    ]),
  )
  .meta({ id: 'FieldType' });

const field = z
  .strictObject({
    name: text,
    type: fieldType,
    description: text,
    required: z.boolean(),
    unique: z.boolean(),
    min: literal.optional(),
    max: literal.optional(),
    minLength: count.optional(),
    maxLength: count.optional(),
    pattern: text.optional(),
    oneOf: z.array(literal).optional(),
    classification,
    entity: text.optional(),
    examples: z.array(literal),
    unit: text.optional(),
    severity,
  })
  .meta({ id: 'Field' });

const input = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('port'),
    name: text,
    product: productId,
    port: text,
    uri: text,
    purpose: text,
    read,
  }),
  z.strictObject({
    kind: z.literal('source'),
    name: text,
    description: text,
    path: text,
    format: z.enum(['csv', 'ndjson', 'parquet']),
    fields: z.array(field),
    delimiter: text,
    header: z.boolean(),
    encoding: z.enum(['utf-8', 'latin-1']),
    read,
  }),
]);

const anyRule = { name: text, description: text.optional(), severity };
const rule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('row'), condition: text, ...anyRule }),
  z.strictObject({ kind: z.literal('table'), condition: text, ...anyRule }),
  z.strictObject({
    kind: z.literal('references'),
    fields: z.array(text),
    to: text,
    toFields: z.array(text),
    minShare: share,
    ...anyRule,
  }),
]);

const slo = z.strictObject({
  freshness: z.strictObject({ seconds: z.number().positive() }).optional(),
  completeness: z.strictObject({ fields: z.array(text), share }).optional(),
  volume: z.strictObject({ minRows: count.optional(), maxRows: count.optional() }).optional(),
});

const grant = z.strictObject({
  to: text,
  purpose: text,
  columns: z.array(text).optional(),
  rows: text.optional(),
  until: z.iso.date().optional(),
});

const output = z.strictObject({
  name: text,
  uri: text,
  table: text,
  description: text,
  fields: z.array(field),
  key: z.array(text),
  mode: z.enum(['append', 'upsert', 'replace']),
  actualTime: text.optional(),
  retentionSeconds: z.number().positive().optional(),
  quality: z.array(rule),
  slo,
  terms: z.strictObject({ usage: text, limitations: text.optional(), license: text.optional() }).optional(),
  grants: z.array(grant),
  lineage: z.array(z.strictObject({ field: text, from: z.array(z.strictObject({ input: text, column: text })) })),
});

const statement = z.strictObject({ name: text, text, file: text.optional(), reads: z.array(text) });
const transform = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sql'), steps: z.array(statement), statements: z.array(statement) }),
  z.strictObject({ kind: z.enum(['code', 'model']), file: text, hash: text, seed: z.int() }),
]);

const policy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('max-classification'), classification: classification.exclude(['personal']) }),
  z.strictObject({ kind: z.literal('consumers'), teams: z.array(text) }),
]);

const product = z.strictObject({
  id: productId,
  uri: text,
  domain: text,
  name: text,
  version: text,
  archetype: z.enum(['source-aligned', 'aggregate', 'consumer-aligned']),
  purpose: text,
  owner: z.strictObject({ team: text, contact: text }),
  status: z.enum(['draft', 'active', 'deprecated', 'retired']),
  endOfSupport: z.iso.date().optional(),
  tags: z.array(text),
  policies: z.array(policy),
  refresh: z.strictObject({ on: z.enum(['any', 'all']), schedule: text.optional() }),
  database: text,
  stack: text,
  file: text.optional(),
  inputs: z.array(input),
  outputs: z.array(output),
  transform,
  fingerprint: text,
});

/** The shape of a mesh's model; a test holds it equal to `MeshModel`. */
export const modelSchema = z.strictObject({
  modelVersion: z.literal(MODEL_VERSION),
  name: text,
  description: text,
  domains: z.array(z.strictObject({ name: text, team: text, contact: text, description: text })),
  entities: z.array(z.strictObject({ name: text, description: text, key: text })),
  teams: z.array(z.strictObject({ name: text, description: text })),
  environments: z.record(text, z.strictObject({ account: text.optional(), region: text.optional() })),
  seed: text.optional(),
  landing: text.optional(),
  products: z.array(product),
});

/** The published schema's address; it changes with the model's version. */
const MODEL_SCHEMA_ID = `https://cdk-data-mesh.example/schema/mesh-model/${MODEL_VERSION}.json`;

/** The model's JSON Schema (2020-12), as it is published with the package. */
export function modelJsonSchema(): { readonly [keyword: string]: unknown } {
  return { $id: MODEL_SCHEMA_ID, title: 'MeshModel', ...z.toJSONSchema(modelSchema) };
}

/**
 * Takes what was one product of a model before it was written down: its manifest.
 *
 * @throws MeshError for what is no product, with every place that is wrong.
 */
export function parseProduct(json: unknown): ProductModel {
  const parsed = product.safeParse(json);
  if (parsed.success) return freezeDeep(parsed.data);
  const fix = 'write it anew with `resolveMesh`';
  const problems = parsed.error.issues.map(({ path, message }): Problem => {
    const place = path.length > 0 ? `\`${path.join('.')}\`` : 'the whole';
    return { code: 'invalid-model', message: `${place}: ${message}`, where: {}, fix };
  });
  throw new MeshError({ code: 'invalid-model', message: 'this is no model of a product', fix, problems });
}
