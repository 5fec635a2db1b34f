import { query } from '../flow/query.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel, OutputModel, ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import type { DataRow } from '../ports/warehouse.ts';
import { describeStatus, type ProductStatus } from './product-status.ts';
import { selectPort } from './select-port.ts';

/** All there is to know about a product before reading it. */
export interface Discovery {
  readonly manifest: ProductModel;
  readonly state: ProductStatus;
  readonly ports: readonly DiscoveredPort[];
  /** The products that read it. */
  readonly consumers: readonly string[];
}

export interface DiscoveredPort {
  readonly name: string;
  readonly uri: string;
  /** As SQL names it, on every target. */
  readonly table: string;
  /** How to read it. */
  readonly connect: { readonly sql: string; readonly cli: string; readonly api: string };
  /** A few rows, without fields that are confidential or personal; none before the first publication. */
  readonly sample: readonly DataRow[];
}

const SAMPLE_ROWS = 5;
const SHOWN = new Set(['public', 'internal']);

/** Finds out about a product as its caller may see it. */
export async function discover(
  ports: Ports,
  model: MeshModel,
  product: ProductModel,
  caller: { readonly principal?: string; readonly purpose?: string },
): Promise<Discovery> {
  const [state] = await describeStatus(ports, { ...model, products: [product] });
  const found = await Promise.all(
    product.outputs.map(async (output): Promise<DiscoveredPort> => {
      const { name, uri, table } = output;
      const sql = selectPort(product, output, { limit: 10 });
      const address = `${product.id}/${name}`;
      return {
        name,
        uri,
        table: `${product.database}.${table}`,
        connect: { sql, cli: `mesh query ${address}`, api: `POST /products/${address}/query` },
        sample: await sampleOf(ports, product, output, caller),
      };
    }),
  );
  const reads = (other: ProductModel) =>
    other.inputs.some((input) => input.kind === 'port' && input.product === product.id);
  return {
    manifest: product,
    state: state!,
    ports: found,
    consumers: model.products.filter(reads).map(({ id }) => id),
  };
}

async function sampleOf(
  ports: Ports,
  product: ProductModel,
  output: OutputModel,
  caller: { readonly principal?: string; readonly purpose?: string },
): Promise<readonly DataRow[]> {
  const columns = output.fields.filter(({ classification }) => SHOWN.has(classification)).map(({ name }) => name);
  if (columns.length === 0) return [];
  const sql = selectPort(product, output, { columns, limit: SAMPLE_ROWS });
  try {
    return (await query(ports, { sql, ...caller, limits: { maxRows: SAMPLE_ROWS, maxSeconds: 5 } })).rows;
  } catch (error) {
    // Not published yet, or not granted: a product can be known without its rows.
    if (error instanceof MeshError) return [];
    throw error;
  }
}
