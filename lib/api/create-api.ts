import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { query } from '../flow/query.ts';
import { contentHash } from '../model/content-hash.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { listNames } from '../model/list-names.ts';
import { MeshError } from '../model/mesh-error.ts';
import { findOutput, findProduct, type MeshModel, type OutputModel, type ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import { discover } from './discover.ts';
import { traceLineage } from './lineage.ts';
import { parseTime } from './parse-time.ts';
import { plainJson } from './plain-json.ts';
import { notFoundResponse, problemResponse, respond } from './problem-details.ts';
import { describeStatus } from './product-status.ts';
import { discoverRoute, healthRoute, lineageRoute, listRoute, queryRoute, searchRoute } from './routes.ts';
import { createSearchIndex, type SearchIndex } from './search-index.ts';
import { selectPort } from './select-port.ts';

export interface ApiOptions {
  readonly ports: Ports;
  /** The mesh as it is now. */
  readonly model: () => MeshModel;
  /** Who asks, whatever a request says. @default the operator */
  readonly caller?: { readonly principal?: string; readonly purpose?: string };
}

const MOST_BODY_BYTES = 1_000_000;
const API_VERSION = '1.0.0';

/** The HTTP API of a mesh, as an app that answers requests; whoever calls it serves it. */
export function createApi({ ports, model, caller = {} }: ApiOptions): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook(result, context) {
      if (result.success) return undefined;
      const problems = result.error.issues.map(({ path, message }) => {
        const fix = 'see /openapi.json';
        return { code: 'invalid-request', message: `${path.join('.') || 'body'}: ${message}`, fix };
      });
      const detail = problems.map(({ message }) => message).join('; ');
      return respond(context, 400, 'invalid-request', 'usage', detail, 'see /openapi.json', problems);
    },
  });
  app.onError((error, context) => problemResponse(context, error));
  app.notFound(notFoundResponse);
  app.use(bodyLimit({ maxSize: MOST_BODY_BYTES }));
  const indexOf = searchIndexes();

  app.openapi(healthRoute, async (context) => {
    const { name, products } = model();
    const states = (await ports.registry.list()).map(({ manifest, current, quarantined }) => [
      manifest.id,
      current?.publicationId,
      quarantined?.publicationId,
    ]);
    const revision = contentHash([states, products.map(({ id, fingerprint }) => [id, fingerprint])]).slice(0, 12);
    return context.json({ status: 'ok' as const, mesh: name, products: products.length, revision }, 200);
  });

  app.openapi(searchRoute, (context) => {
    const { q, ...filters } = context.req.valid('query');
    const { hits, ...rest } = indexOf(model()).search({ text: q, ...filters });
    return context.json({ hits: hits.map((hit) => ({ ...hit, matched: [...hit.matched] })), ...rest }, 200);
  });

  app.openapi(listRoute, async (context) => {
    const { offset, limit } = context.req.valid('query');
    const { products } = model();
    const states = await describeStatus(ports, model());
    const items = products
      .slice(offset, offset + limit)
      .map((product, index) => ({ ...product, state: states[offset + index] }));
    return context.json(toPlain<Listed>({ items, total: products.length, offset }), 200);
  });

  app.openapi(discoverRoute, async (context) => {
    const { domain, product } = context.req.valid('param');
    const found = getProduct(model(), `${domain}/${product}`);
    return context.json(toPlain<Discovered>(await discover(ports, model(), found, caller)), 200);
  });

  app.openapi(lineageRoute, (context) => {
    const { uri, direction, depth, column } = context.req.valid('query');
    const [domain, name, port] = uri.replace(/^mesh:\/\/[^/]+\//, '').split('/');
    const product = getProduct(model(), `${domain}/${name}`);
    const output = getOutput(product, port ?? '');
    if (column !== undefined) selectPort(product, output, { columns: [column] });
    const tree = traceLineage(model(), { product, port: output, direction, depth, column });
    return context.json(toPlain<{ name: string }>(tree), 200);
  });

  app.openapi(queryRoute, async (context) => {
    const { domain, product, output } = context.req.valid('param');
    const { columns, where, sql, asOf, limit } = context.req.valid('json');
    const found = getProduct(model(), `${domain}/${product}`);
    const port = getOutput(found, output);
    if (sql !== undefined && (columns ?? where) !== undefined) {
      const fix = 'write the columns and the condition into the SQL';
      throw new MeshError({ code: 'usage', kind: 'usage', message: '`sql` stands alone', fix });
    }
    const { rows, reads, ...result } = await query(ports, {
      sql: sql ?? selectPort(found, port, { columns, where }),
      principal: caller.principal,
      purpose: caller.purpose,
      asOf: asOf === undefined ? undefined : parseTime(asOf),
      limits: { maxRows: limit },
      signal: context.req.raw.signal,
    });
    return context.json(toPlain<Answered>({ ...result, rows, reads }), 200);
  });

  app.doc('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'cdk-data-mesh', version: API_VERSION, description: 'The planes of a data mesh' },
  });
  return app;
}

/** One index for each model, made when somebody searches. */
function searchIndexes(): (model: MeshModel) => SearchIndex {
  const indexes = new WeakMap<MeshModel, SearchIndex>();
  return (model) => {
    const index = indexes.get(model) ?? createSearchIndex(model);
    indexes.set(model, index);
    return index;
  };
}

function getProduct(model: MeshModel, id: string): ProductModel {
  const product = findProduct(model, id);
  if (product) return product;
  const hint = didYouMean(
    id,
    model.products.map((each) => each.id),
  );
  throw new MeshError({
    code: 'no-such-product',
    kind: 'not-found',
    message: `there is no product \`${id}\`${hint}`,
    fix: 'see /search',
  });
}

function getOutput(product: ProductModel, name: string): OutputModel {
  const output = findOutput(product, name);
  if (output) return output;
  const names = product.outputs.map((each) => each.name);
  const message = `${product.id} has no port \`${name}\`${didYouMean(name, names)}`;
  throw new MeshError({ code: 'no-such-port', kind: 'not-found', message, fix: `name one of ${listNames(names)}` });
}

type Listed = { items: { id: string }[]; total: number; offset: number };
type Discovered = { manifest: { id: string } };
type Answered = {
  columns: { name: string; type: string }[];
  rows: Record<string, unknown>[];
  truncated: boolean;
  reads: string[];
};

/** As JSON holds it: what is frozen or 64 bits long becomes what the routes promise. */
function toPlain<Plain>(value: unknown): Plain {
  return JSON.parse(JSON.stringify(value, plainJson)) as Plain;
}
