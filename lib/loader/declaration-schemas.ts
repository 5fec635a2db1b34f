import { z } from 'zod';
import type { DomainDeclaration } from '../model/define-domain.ts';
import type { EntityDeclaration } from '../model/define-entity.ts';
import type { MeshDeclaration, TeamDeclaration } from '../model/define-mesh.ts';
import type { Owner, ProductDeclaration, Refresh } from '../model/define-product.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Duration } from '../model/duration.ts';
import type { FieldSpec } from '../model/field.ts';
import type { Grant } from '../model/grant.ts';
import type { PortInput, SourceInput } from '../model/input.ts';
import type { OutputOptions, Slo, Terms } from '../model/output.ts';
import type { ReferenceRule, RowRule, TableRule } from '../model/quality.ts';
import type { CodeTransform, ModelTransform, SqlStep, SqlTransform } from '../model/transform.ts';

/** An object with these properties and no others; a mistyped one is answered with the one that was meant. */
function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const names = (issue.keys as string[]).map((key) => `\`${key}\`${didYouMean(key, known)}`).join(' and ');
      return `${UNKNOWN_KEYS}${names}`;
    },
  });
}

/** As `object`; does not compile unless the properties are those of a declaration, no more and no less. */
function objectOf<Declaration>() {
  return <Shape extends Record<keyof Declaration, z.ZodType>>(
    shape: Shape & Record<Exclude<keyof Shape, keyof Declaration>, never>,
  ) => object<Shape>(shape);
}

/** How messages about unknown properties begin. */
export const UNKNOWN_KEYS = 'unknown property ';

const text = z.string();
const literal = z.union([z.string(), z.number(), z.boolean()]);
const scalar = z.enum(['string', 'int', 'long', 'double', 'boolean', 'date', 'timestamp', 'binary']);
const fieldType: z.ZodType = z.lazy(() =>
  z.union([
    object({ kind: scalar }),
    object({ kind: z.literal('decimal'), precision: z.number(), scale: z.number() }),
    object({ kind: z.literal('list'), of: fieldType }),
    object({ kind: z.literal('struct'), fields: z.record(text, fieldType) }),
    object({ kind: z.literal('map'), key: fieldType, value: fieldType }),
  ]),
);
const severity = z.enum(['error', 'warning']);
const classification = z.enum(['public', 'internal', 'confidential', 'personal']);
const field = object({
  spec: objectOf<FieldSpec>()({
    type: fieldType,
    description: text,
    required: z.boolean(),
    unique: z.boolean(),
    min: literal.optional(),
    max: literal.optional(),
    minLength: z.number().int().optional(),
    maxLength: z.number().int().optional(),
    pattern: text.optional(),
    oneOf: z.array(literal).min(1).optional(),
    classification,
    entity: text.optional(),
    examples: z.array(literal),
    unit: text.optional(),
    severity,
  }),
});
const fields = z.record(text, field);
const duration = objectOf<Duration>()({ seconds: z.number().positive() });
const read = z.enum(['all', 'new']).optional();

const input = z.discriminatedUnion('kind', [
  objectOf<Omit<PortInput, '_fields'>>()({
    kind: z.literal('port'),
    product: text,
    port: text,
    purpose: text.optional(),
    read,
  }),
  objectOf<SourceInput>()({
    kind: z.literal('source'),
    description: text,
    path: text,
    format: z.enum(['csv', 'ndjson', 'parquet']),
    fields,
    delimiter: text.length(1).optional(),
    header: z.boolean().optional(),
    encoding: z.enum(['utf-8', 'latin-1']).optional(),
    read,
  }),
]);

const rule = { name: text, description: text.optional(), severity };
const quality = z.discriminatedUnion('kind', [
  objectOf<RowRule>()({ kind: z.literal('row'), condition: text, ...rule }),
  objectOf<TableRule>()({ kind: z.literal('table'), condition: text, ...rule }),
  objectOf<ReferenceRule>()({
    kind: z.literal('references'),
    fields: z.array(text).min(1),
    to: text,
    toFields: z.array(text).min(1),
    minShare: z.number().min(0).max(1),
    ...rule,
  }),
]);

const output = objectOf<OutputOptions>()({
  description: text,
  fields,
  mode: z.enum(['append', 'upsert', 'replace']),
  key: z.array(text).optional(),
  actualTime: text.optional(),
  retention: duration.optional(),
  quality: z.array(quality).optional(),
  slo: objectOf<Slo>()({
    freshness: duration.optional(),
    completeness: object({ fields: z.array(text), share: z.number().min(0).max(1) }).optional(),
    volume: object({ minRows: z.number().optional(), maxRows: z.number().optional() }).optional(),
  }).optional(),
  terms: objectOf<Terms>()({ usage: text, limitations: text.optional(), license: text.optional() }).optional(),
  grants: z
    .array(
      objectOf<Grant>()({
        to: text,
        purpose: text,
        columns: z.array(text).optional(),
        rows: text.optional(),
        until: text.optional(),
      }),
    )
    .optional(),
});

const transform = z.discriminatedUnion('kind', [
  objectOf<SqlTransform>()({
    kind: z.literal('sql'),
    steps: z.array(objectOf<SqlStep>()({ name: text, sql: text.optional() })),
    statements: z.record(text, text),
  }),
  objectOf<CodeTransform>()({ kind: z.literal('code'), file: text }),
  objectOf<ModelTransform>()({ kind: z.literal('model'), file: text, seed: z.number().int() }),
]);

/** The shape of what `defineProduct` takes. */
export const productSchema = objectOf<ProductDeclaration>()({
  domain: text,
  name: text,
  version: text,
  archetype: z.enum(['source-aligned', 'aggregate', 'consumer-aligned']),
  purpose: text,
  // Its absence is a problem of the mesh, told with the teams to choose from.
  owner: objectOf<Owner>()({ team: text.optional(), contact: text.optional() }).optional(),
  inputs: z.record(text, input),
  outputs: z.record(text, output),
  transform,
  refresh: objectOf<Refresh>()({ on: z.enum(['any', 'all']), schedule: text.optional() }).optional(),
  policies: z
    .array(
      z.discriminatedUnion('kind', [
        object({ kind: z.literal('max-classification'), classification: classification.exclude(['personal']) }),
        object({ kind: z.literal('consumers'), teams: z.array(text) }),
      ]),
    )
    .optional(),
  status: z.enum(['draft', 'active', 'deprecated', 'retired']).optional(),
  endOfSupport: text.optional(),
  tags: z.array(text).optional(),
});

/** The shape of what `defineMesh` takes; its products are looked at one by one. */
export const meshSchema = objectOf<MeshDeclaration>()({
  name: text,
  description: text,
  domains: z.array(objectOf<DomainDeclaration>()({ name: text, team: text, contact: text, description: text })).min(1),
  entities: z.array(objectOf<EntityDeclaration>()({ name: text, description: text, key: text })).optional(),
  teams: z.array(objectOf<TeamDeclaration>()({ name: text, description: text })).optional(),
  environments: z.record(text, object({ account: text.optional(), region: text.optional() })).optional(),
  products: z.array(z.unknown()).optional(),
  seed: text.optional(),
  landing: text.optional(),
});
