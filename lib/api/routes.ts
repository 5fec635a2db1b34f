import { createRoute, z } from '@hono/zod-openapi';
import { QUERY_DEFAULTS } from '../flow/query.ts';
import { problemSchema } from './problem-details.ts';
import { SEARCH_DEFAULTS } from './search-index.ts';

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});
const problem = (description: string) => ({
  content: { 'application/problem+json': { schema: problemSchema } },
  description,
});
const errors = {
  400: problem('The request is not understood'),
  403: problem('Not allowed'),
  404: problem('Not there'),
};

const MOST_ROWS = 10_000;
const productParams = z.object({
  domain: z.string().openapi({ param: { name: 'domain', in: 'path' }, example: 'logistics' }),
  product: z.string().openapi({ param: { name: 'product', in: 'path' }, example: 'vendor-performance' }),
});
const count = (most: number, fallback: number) => z.coerce.number().int().min(1).max(most).default(fallback);

export const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the mesh is served, and in which state it is',
  responses: {
    200: json(
      z
        .object({ status: z.literal('ok'), mesh: z.string(), products: z.number(), revision: z.string() })
        .openapi('Health'),
      'It is; the revision changes with every publication and declaration',
    ),
  },
});

const hit = z.object({
  kind: z.enum(['product', 'port']),
  uri: z.string(),
  product: z.string(),
  port: z.string().optional(),
  description: z.string(),
  domain: z.string(),
  owner: z.string(),
  archetype: z.string(),
  status: z.string(),
  score: z.number(),
  matched: z.array(z.string()),
});
const facet = z.record(z.string(), z.number());

export const searchRoute = createRoute({
  method: 'get',
  path: '/search',
  summary: 'Products and ports, best first, with why each was found',
  request: {
    query: z.object({
      q: z.string().max(500).optional(),
      domain: z.string().optional(),
      owner: z.string().optional(),
      archetype: z.string().optional(),
      status: z.string().optional(),
      tag: z.string().optional(),
      entity: z.string().optional(),
      limit: count(1_000, SEARCH_DEFAULTS.limit),
    }),
  },
  responses: {
    200: json(
      z
        .object({
          hits: z.array(hit),
          total: z.number(),
          facets: z.object({ domain: facet, owner: facet, archetype: facet, status: facet }),
          isRelaxed: z.boolean(),
        })
        .openapi('SearchAnswer'),
      'What was found',
    ),
    400: errors[400],
  },
});

export const listRoute = createRoute({
  method: 'get',
  path: '/products',
  summary: 'Every product with its state, a page at a time',
  request: { query: z.object({ offset: z.coerce.number().int().min(0).default(0), limit: count(1_000, 100) }) },
  responses: {
    200: json(
      z
        .object({ items: z.array(z.looseObject({ id: z.string() })), total: z.number(), offset: z.number() })
        .openapi('Products'),
      'Manifests with their states, in the order of the graph',
    ),
    400: errors[400],
  },
});

export const discoverRoute = createRoute({
  method: 'get',
  path: '/products/{domain}/{product}/discover',
  summary: "A product's manifest, contracts, state, samples, and how to read it",
  request: { params: productParams },
  responses: {
    200: json(
      z.looseObject({ manifest: z.looseObject({ id: z.string() }) }).openapi('Discovery'),
      'All there is to know',
    ),
    ...errors,
  },
});

export const lineageRoute = createRoute({
  method: 'get',
  path: '/lineage',
  summary: 'What a port or one of its columns is made of, or feeds, as a tree',
  request: {
    query: z.object({
      uri: z.string().openapi({ example: 'mesh://opetence/logistics/vendor-performance/weekly' }),
      direction: z.enum(['up', 'down']).default('up'),
      depth: z.coerce.number().int().min(1).optional(),
      column: z.string().optional(),
    }),
  },
  responses: { 200: json(z.looseObject({ name: z.string() }).openapi('Lineage'), 'The tree'), ...errors },
});

export const queryRoute = createRoute({
  method: 'post',
  path: '/products/{domain}/{product}/{output}/query',
  summary: 'Rows of a port; or of any SELECT in Athena’s SQL over granted ports',
  request: {
    params: productParams.extend({
      output: z.string().openapi({ param: { name: 'output', in: 'path' }, example: 'weekly' }),
    }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              columns: z.array(z.string()).min(1).optional(),
              where: z.string().optional().openapi({ description: "A condition in Athena's SQL" }),
              sql: z.string().optional().openapi({ description: 'Instead of columns and where' }),
              asOf: z.string().optional().openapi({ description: 'The state at that processing time' }),
              limit: z.number().int().min(1).max(MOST_ROWS).default(QUERY_DEFAULTS.maxRows),
            })
            .openapi('Query'),
        },
      },
    },
  },
  responses: {
    200: json(
      z
        .object({
          columns: z.array(z.object({ name: z.string(), type: z.string() })),
          rows: z.array(z.record(z.string(), z.unknown())),
          truncated: z.boolean(),
          reads: z.array(z.string()),
        })
        .openapi('QueryResult'),
      'The rows',
    ),
    ...errors,
    422: problem('A limit was reached, or the SQL does not hold'),
  },
});
