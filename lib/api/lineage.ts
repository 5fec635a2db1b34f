import { findOutput, findProduct, type MeshModel, type OutputModel, type ProductModel } from '../model/mesh-model.ts';

export type LineageDirection = 'up' | 'down';

export interface LineageQuery {
  readonly product: ProductModel;
  readonly port: OutputModel;
  /** Follows one field instead of the whole port. */
  readonly column?: string;
  readonly direction: LineageDirection;
  /** Hops; @default all */
  readonly depth?: number;
}

/** A port, source or column, with what it is made of (or feeds) below it. Plain JSON. */
export interface LineageNode {
  readonly kind: 'port' | 'source';
  /** Of a source: the path that it is read from. */
  readonly name: string;
  readonly uri?: string;
  readonly product: string;
  readonly column?: string;
  /** Whether its children stand elsewhere in the tree already. */
  readonly repeated: boolean;
  /** Whether it has children that lie beyond the depth. */
  readonly cut: boolean;
  /** Its columns are not known, because code and not SQL made them; whole ports follow. */
  readonly opaque: boolean;
  readonly children: readonly LineageNode[];
}

interface Step {
  readonly product: ProductModel;
  readonly port?: OutputModel;
  /** A source, by its path. */
  readonly source?: string;
  readonly column?: string;
  readonly opaque?: boolean;
}

/** What a port or one of its columns is made of, or what it feeds, as a tree. */
export function traceLineage(model: MeshModel, query: LineageQuery): LineageNode {
  const { direction, depth = Number.POSITIVE_INFINITY } = query;
  const expanded = new Set<string>();
  const next = (step: Step) => (direction === 'up' ? stepsUp(model, step) : stepsDown(model, step));
  const visit = (step: Step, left: number): LineageNode => {
    const { product, port, source, column } = step;
    const name = source ?? `${product.id}/${port!.name}`;
    const key = `${name}#${column ?? ''}`;
    const steps = next(step);
    const repeated = expanded.has(key) && steps.length > 0;
    const cut = !repeated && left === 0 && steps.length > 0;
    if (!repeated && !cut) expanded.add(key);
    const children = repeated || cut ? [] : steps.map((each) => visit(each, left - 1));
    const kind = source === undefined ? 'port' : 'source';
    return {
      kind,
      name,
      uri: port?.uri,
      product: product.id,
      column,
      repeated,
      cut,
      opaque: step.opaque ?? false,
      children,
    };
  };
  const opaque = query.column !== undefined && query.port.lineage.length === 0 && direction === 'up';
  return visit({ product: query.product, port: query.port, column: query.column, opaque }, depth);
}

function stepsUp(model: MeshModel, { product, port, column }: Step): Step[] {
  if (!port) return [];
  if (column === undefined) return inputsOf(product, port).map((name) => toProvider(model, product, name));
  const traced = port.lineage.find(({ field }) => field === column);
  if (!traced) return inputsOf(product, port).map((name) => toProvider(model, product, name));
  return traced.from.map(({ input, column: from }) => toProvider(model, product, input, from));
}

function stepsDown(model: MeshModel, { product, port, column }: Step): Step[] {
  if (!port) return [];
  return model.products.flatMap((consumer) =>
    consumer.inputs.flatMap((input) => {
      if (input.kind !== 'port' || input.product !== product.id || input.port !== port.name) return [];
      return consumer.outputs.flatMap((output): Step[] => {
        if (!inputsOf(consumer, output).includes(input.name)) return [];
        if (column === undefined) return [{ product: consumer, port: output }];
        if (output.lineage.length === 0) return [{ product: consumer, port: output, opaque: true }];
        const fed = output.lineage.filter(({ from }) =>
          from.some((each) => each.input === input.name && each.column === column),
        );
        return fed.map(({ field }) => ({ product: consumer, port: output, column: field }));
      });
    }),
  );
}

/** Where an input comes from: another product's port, or a source. */
function toProvider(model: MeshModel, product: ProductModel, name: string, column?: string): Step {
  const input = product.inputs.find((each) => each.name === name)!;
  if (input.kind === 'source') return { product, source: input.path, column };
  const provider = findProduct(model, input.product)!;
  const port = findOutput(provider, input.port)!;
  const opaque = column !== undefined && port.lineage.length === 0;
  return { product: provider, port, column, opaque };
}

/** The inputs that a port's SQL reads, through its steps; of code, all. */
function inputsOf({ transform, inputs }: ProductModel, { name }: OutputModel): string[] {
  const names = inputs.map((input) => input.name);
  if (transform.kind !== 'sql') return names;
  const statements = new Map(transform.statements.map((each) => [each.name, each]));
  const steps = new Map(transform.steps.map((each) => [each.name, each]));
  const read = new Set<string>();
  const open = [...(statements.get(name)?.reads ?? [])];
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    if (read.has(table)) continue;
    read.add(table);
    open.push(...(steps.get(table)?.reads ?? []));
  }
  return names.filter((each) => read.has(each));
}
