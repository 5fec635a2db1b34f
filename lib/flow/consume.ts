import { contentHash } from '../model/content-hash.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { InputModel, PortInputModel, ProductModel, SourceInputModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import type { Pin, Publication, SourceFile } from '../ports/publication.ts';
import type { Quarantined, RegisteredProduct } from '../ports/registry.ts';
import type { Binding } from '../ports/warehouse.ts';
import { bindInput } from './bind-input.ts';
import { laterThan } from './processing-time.ts';

/** What a run will do, decided once: everything after it works from this alone. Plain JSON. */
export interface Plan {
  readonly kind: 'run';
  /** The product as it was when the plan was made. */
  readonly productFingerprint: string;
  /** See `Publication.fingerprint`. */
  readonly fingerprint: string;
  readonly publicationId: string;
  readonly recordedAt: string;
  /** Where the product's pointer stood. */
  readonly sequence: number;
  readonly pins: { readonly [input: string]: Pin };
  readonly bindings: readonly Binding[];
  /** See `Publication.begunAt`. */
  readonly begunAt?: string;
  /** The state this run builds on; empty when it starts anew. */
  readonly before: Publication['outputs'];
}

/** Why there is nothing to run. */
export type Idle =
  | { readonly kind: 'unchanged'; readonly publicationId: string }
  | { readonly kind: 'quarantined'; readonly quarantined: Quarantined }
  | { readonly kind: 'reverted'; readonly publication: Publication; readonly sequence: number }
  | { readonly kind: 'waiting'; readonly reason: string };

export interface ConsumeOptions {
  /** Run even though the same inputs failed verification before. */
  readonly retry?: boolean;
}

/**
 * Pins every input to what it is now, checks that it may be read, and names the publication that will come of it.
 *
 * @throws MeshError when an input was not granted, or a drop changed after it was read.
 */
export async function consume(ports: Ports, product: ProductModel, options: ConsumeOptions = {}): Promise<Plan | Idle> {
  const registered = await ports.registry.find(product.id);
  const providers = new Map<string, RegisteredProduct>();
  for (const input of product.inputs) {
    if (input.kind !== 'port') continue;
    const provider = await ports.registry.find(input.product);
    if (!provider?.current) return { kind: 'waiting', reason: `${input.product} has no publication yet` };
    providers.set(input.name, provider);
  }
  const current = registered?.current;
  const fingerprint = lineageFingerprint(product, providers);
  const base = current?.fingerprint === fingerprint && continues(product, current, providers) ? current : undefined;
  const pins: Record<string, Pin> = {};
  const bindings: Binding[] = [];
  let landed = 0;
  for (const input of product.inputs) {
    const pin = input.kind === 'port' ? pinPort(input, providers) : await pinSource(ports, product, input, base);
    pins[input.name] = pin;
    if (pin.kind === 'source') landed += pin.files.length;
    bindings.push(await bindInput(ports, product, input, pin, providers.get(input.name), base));
  }
  const sources = product.inputs.filter(({ kind }) => kind === 'source');
  if (sources.length > 0 && landed === 0 && !base) {
    const paths = sources.map((input) => `\`${(input as SourceInputModel).path}\``).join(', ');
    return { kind: 'waiting', reason: `nothing has landed in ${paths}` };
  }
  const read = bindings.map(whatIsShown);
  const publicationId = contentHash({ product: product.id, fingerprint, pins: mapValues(pins, identity), read });
  if (current?.publicationId === publicationId) return { kind: 'unchanged', publicationId };
  if (base && !isDue(product, pins, base)) return { kind: 'unchanged', publicationId: base.publicationId };
  if (registered?.quarantined?.publicationId === publicationId && !options.retry) {
    return { kind: 'quarantined', quarantined: registered.quarantined };
  }
  const recordedAt = laterThan(ports.clock.now(), current?.recordedAt);
  const sequence = registered?.sequence ?? 0;
  const earlier =
    current && (await ports.registry.publications(product.id)).find((each) => each.publicationId === publicationId);
  if (earlier) {
    // It is as if it had just been read: the next news of the same state begin here.
    const inputs = mapValues(earlier.inputs, (pin, name) => (pin.kind === 'port' ? pins[name]! : pin));
    return { kind: 'reverted', publication: { ...earlier, recordedAt, begunAt: recordedAt, inputs }, sequence };
  }
  const before = base?.outputs ?? {};
  const begunAt = base ? base.begunAt : recordedAt;
  const productFingerprint = product.fingerprint;
  const named = { productFingerprint, fingerprint, publicationId, recordedAt, begunAt };
  return { kind: 'run', ...named, sequence, pins, bindings, before };
}

/**
 * Names the history that a publication continues: it changes with the product, and with any port that the product
 * reads only the news of, because those news then begin anew.
 */
function lineageFingerprint(product: ProductModel, providers: ReadonlyMap<string, RegisteredProduct>): string {
  const incremental = product.inputs.filter((input) => input.kind === 'port' && input.read === 'new');
  if (incremental.length === 0) return product.fingerprint;
  return contentHash([
    product.fingerprint,
    ...incremental.map(({ name }) => providers.get(name)!.current!.fingerprint),
  ]);
}

/** Whether what ports add since a publication was made of them are still their news. */
function continues(
  product: ProductModel,
  current: Publication,
  providers: ReadonlyMap<string, RegisteredProduct>,
): boolean {
  return product.inputs.every((input) => {
    if (input.kind !== 'port' || input.read !== 'new') return true;
    const { publicationId, begunAt } = providers.get(input.name)!.current!;
    const read = current.inputs[input.name];
    if (begunAt === undefined || read?.kind !== 'port' || read.publicationId === publicationId) return true;
    return read.recordedAt >= begunAt;
  });
}

function pinPort(input: PortInputModel, providers: ReadonlyMap<string, RegisteredProduct>): Pin {
  const { publicationId, recordedAt } = providers.get(input.name)!.current!;
  return { kind: 'port', product: input.product, port: input.port, publicationId, recordedAt };
}

async function pinSource(
  ports: Ports,
  product: ProductModel,
  input: SourceInputModel,
  base: Publication | undefined,
): Promise<Pin> {
  const present = await ports.sources.list(input);
  if (input.read === 'all') return { kind: 'source', digest: digestOf(present), files: present };
  // What an earlier history of the same declaration has read is not in a state that begins anew.
  const consumed = base
    ? await ports.registry.consumedFiles(product.id, base.fingerprint, input.name)
    : new Map<string, string>();
  const files: SourceFile[] = [];
  const all = new Map(consumed);
  for (const file of present) {
    const before = consumed.get(file.path);
    if (before === undefined) files.push(file);
    else if (before !== file.hash) throw changedDrop(product, input, file);
    all.set(file.path, file.hash);
  }
  return { kind: 'source', digest: digestOf([...all].map(([path, hash]) => ({ path, hash }))), files };
}

function digestOf(files: readonly { readonly path: string; readonly hash: string }[]): string {
  return contentHash(files.map(({ path, hash }) => [path, hash]).sort(([a], [b]) => (a! < b! ? -1 : 1)));
}

function changedDrop(product: ProductModel, input: SourceInputModel, { path }: SourceFile): MeshError {
  return new MeshError({
    code: 'changed-drop',
    kind: 'conflict',
    message: `\`${path}\` changed after it was read; a drop is read once`,
    where: { product: product.id, port: input.name, file: path },
    fix: "put its old content back or take it away, and drop the correction as a new file; or let the product read its source with `read: 'all'`",
  });
}

/** What a grant shows is a part of what goes in: the same publication read by another grant may give another result. */
function whatIsShown(binding: Binding): unknown {
  if (binding.kind === 'source') return undefined;
  const { fields, rows, masked = [] } = binding;
  return { columns: fields.map(({ name }) => name), rows, ...(masked.length > 0 && { masked }) };
}

/** What of a pin tells two runs apart. */
function identity(pin: Pin): string {
  return pin.kind === 'port' ? pin.publicationId : pin.digest;
}

/** Whether enough inputs have news since the run before. */
function isDue(product: ProductModel, pins: Plan['pins'], base: Publication): boolean {
  if (product.refresh.on === 'any') return true;
  return product.inputs.every(({ name }: InputModel) => {
    const before = base.inputs[name];
    return before === undefined || identity(before) !== identity(pins[name]!);
  });
}

function mapValues<From, To>(
  record: { readonly [key: string]: From },
  map: (value: From, key: string) => To,
): { [key: string]: To } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
