import type { MeshModel, ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Finding } from '../ports/finding.ts';
import type { RunEntry } from '../ports/ledger.ts';
import type { Ports } from '../ports/ports.ts';

/** How a product is now. Plain JSON. */
export interface ProductStatus {
  readonly product: ProductId;
  /** `unknown` before its first run; `quarantined` and `failed` tell of the last run, the publication before stays. */
  readonly state: 'published' | 'quarantined' | 'failed' | 'unknown';
  /** Of all ports of the current publication; absent without one. */
  readonly rows?: number;
  readonly bytes?: number;
  /** ISO. */
  readonly publishedAt?: string;
  readonly publicationId?: string;
  /** Of the last run: what it reported, or what stopped it. */
  readonly findings: readonly Finding[];
  /** Why the last run failed. */
  readonly error?: string;
  readonly ports: readonly { readonly port: string; readonly rows?: number; readonly bytes?: number }[];
}

/** How every product of a mesh is now, in the model's order. */
export async function describeStatus(ports: Ports, model: MeshModel): Promise<readonly ProductStatus[]> {
  const registered = new Map((await ports.registry.list()).map((each) => [each.manifest.id, each]));
  return Promise.all(
    model.products.map(async (product) => {
      const [last] = (await ports.ledger.entries({
        product: product.id,
        kind: 'run',
        limit: 1,
      })) as readonly RunEntry[];
      return statusOf(product, registered.get(product.id), last);
    }),
  );
}

type Registered = Awaited<ReturnType<Ports['registry']['list']>>[number];

function statusOf(
  { id, outputs }: ProductModel,
  registered: Registered | undefined,
  last: RunEntry | undefined,
): ProductStatus {
  const current = registered?.current;
  const published = outputs.map(({ name }) => {
    const port = current?.outputs[name];
    return { port: name, rows: port?.rows, bytes: port?.bytes };
  });
  const sum = (values: readonly (number | undefined)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const quarantined = registered?.quarantined;
  const failed = last?.outcome === 'failed' ? last : undefined;
  return {
    product: id,
    state: failed ? 'failed' : quarantined ? 'quarantined' : current ? 'published' : 'unknown',
    rows: current && sum(published.map(({ rows }) => rows)),
    bytes: current && sum(published.map(({ bytes }) => bytes)),
    publishedAt: current?.recordedAt,
    publicationId: current?.publicationId,
    findings: quarantined?.findings ?? last?.findings ?? [],
    error: failed?.error,
    ports: published,
  };
}
