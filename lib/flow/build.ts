import { contentHash } from '../model/content-hash.ts';
import type { MeshModel, ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { MeshEvent } from '../ports/bus.ts';
import type { Ports } from '../ports/ports.ts';
import { register } from './register.ts';
import { type RunResult, type RunStep, run } from './run.ts';
import { wokenBy } from './wake.ts';

/** What a build does now, for whoever shows progress. */
export type BuildProgress =
  | {
      readonly kind: 'step';
      readonly product: ProductId;
      readonly step: RunStep;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'result'; readonly result: RunResult; readonly done: number; readonly total: number };

export interface BuildOptions {
  /** Only these, and what they read. @default every product */
  readonly products?: readonly ProductId[];
  /** Run even what failed verification with the same inputs before. */
  readonly retry?: boolean;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Hands every event that waits on the bus to its argument, where the target has no other way of delivering. */
  readonly deliver?: (handle: (event: MeshEvent) => Promise<void>) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Brings products up to date in the order of the graph: each runs after all that it reads, once, however many events
 * ask for it. What is up to date is left alone; what fails does not stop the others.
 */
export async function build(ports: Ports, model: MeshModel, options: BuildOptions = {}): Promise<readonly RunResult[]> {
  const { onProgress, signal } = options;
  const known = options.products ? withProviders(model, options.products) : model.products;
  await registerChanged(ports, known);
  // A retired product keeps what it published, and publishes no more.
  const wanted = known.filter(({ status }) => status !== 'retired');
  const pending = new Set(wanted);
  const results = new Map<ProductId, RunResult>();
  const wake = async (event: MeshEvent) => {
    for (const product of await wokenBy(ports, model, event)) if (wanted.includes(product)) pending.add(product);
  };
  while (pending.size > 0) {
    for (const product of wanted) {
      if (!pending.delete(product)) continue;
      signal?.throwIfAborted();
      const progress = () => ({ done: results.size, total: wanted.length });
      const onStep = (step: RunStep) => onProgress?.({ kind: 'step', product: product.id, step, ...progress() });
      const result = await run(ports, product, { retry: options.retry, onStep });
      // A product that an event woke again tells of its publication, not that nothing followed.
      const earlier = results.get(product.id);
      if (!earlier || result.kind !== 'unchanged') results.set(product.id, result);
      if (!earlier) onProgress?.({ kind: 'result', result, ...progress() });
    }
    await options.deliver?.(wake);
  }
  return wanted.map(({ id }) => results.get(id)!);
}

/** Makes products and their grants known; those that are known as they are cost nothing. */
async function registerChanged(ports: Ports, products: readonly ProductModel[]): Promise<void> {
  const known = new Map((await ports.registry.list()).map(({ manifest }) => [manifest.id, contentHash(manifest)]));
  for (const product of products) {
    if (known.get(product.id) === contentHash(product)) continue;
    await register(ports, product);
  }
}

function withProviders(model: MeshModel, ids: readonly ProductId[]): readonly ProductModel[] {
  const wanted = new Set<ProductId>(ids);
  // Consumers stand after their providers, so one pass from the end finds all.
  for (const product of [...model.products].reverse()) {
    if (!wanted.has(product.id)) continue;
    for (const input of product.inputs) if (input.kind === 'port') wanted.add(input.product);
  }
  return model.products.filter(({ id }) => wanted.has(id));
}
