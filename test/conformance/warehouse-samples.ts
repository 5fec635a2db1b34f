import type { ProductModel, SourceInputModel } from '../../lib/model/mesh-model.ts';
import type { PublishedPort, SourceFile } from '../../lib/ports/publication.ts';
import type { DataRow, PortBinding, QueryRequest, SourceBinding, Warehouse } from '../../lib/ports/warehouse.ts';
import { timeOf } from './samples.ts';

export type States = { readonly [port: string]: PublishedPort };

export async function* streamOf<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream) all.push(item);
  return all;
}

/** A row of the sample product. */
export function scan(id: string, amount: number | null = 1, at: string | null = '2026-01-01 00:00:00'): DataRow {
  return { id, amount: amount === null ? null : BigInt(amount), at };
}

/** Stages rows for the first port, as a run of that number would. */
export function stage(warehouse: Warehouse, product: ProductModel, number: number, rows: readonly DataRow[]) {
  const port = product.outputs[0]!.name;
  const request = { runId: `run-${number}`, product, bindings: [], recordedAt: timeOf(number) };
  return warehouse.stageRows(request, streamOf(rows.map((row) => ({ port, row }))));
}

/** Stages rows and makes the state after them. */
export async function publishRows(
  warehouse: Warehouse,
  product: ProductModel,
  number: number,
  rows: readonly DataRow[],
  before: States = {},
  recordedAt = timeOf(number),
): Promise<States> {
  const runId = `run-${number}`;
  const port = product.outputs[0]!.name;
  const request = { runId, product, bindings: [], recordedAt };
  const staged = await warehouse.stageRows(request, streamOf(rows.map((row) => ({ port, row }))));
  const states = await warehouse.merge({
    runId,
    product,
    publicationId: `publication-${number}`,
    recordedAt,
    staged,
    before,
  });
  await warehouse.discard(runId, product);
  return states;
}

/** All that may be read of the first port's state, or less. */
export function bindingOf(product: ProductModel, states: States, less: Partial<PortBinding> = {}): PortBinding {
  const { name, table, fields } = product.outputs[0]!;
  return { kind: 'port', name, database: product.database, table, snapshot: states[name]!.snapshot, fields, ...less };
}

export function sourceBinding(input: SourceInputModel, files: readonly SourceFile[]): SourceBinding {
  return { kind: 'source', name: input.name, input, files };
}

/** The rows of a state, by id. */
export function readState(
  warehouse: Warehouse,
  product: ProductModel,
  states: States,
  less: Partial<PortBinding> = {},
) {
  return collect(warehouse.readRows(bindingOf(product, states, less), ['id']));
}

/** Somebody's question about the first port. */
export function queryOf(
  product: ProductModel,
  states: States,
  sql: string,
  change: Partial<QueryRequest> & { less?: Partial<PortBinding> } = {},
): QueryRequest {
  const { less, ...rest } = change;
  const { name: table } = product.outputs[0]!;
  return {
    sql,
    tables: [{ database: product.database, table, binding: bindingOf(product, states, less) }],
    limits: { maxRows: 100, maxSeconds: 60, maxMemoryMb: 512 },
    ...rest,
  };
}
