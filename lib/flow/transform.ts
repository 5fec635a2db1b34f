import type { InputRows } from '../model/define-transform.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { Ports } from '../ports/ports.ts';
import type { DataRow, StagedPort, StageRequest, Warehouse } from '../ports/warehouse.ts';
import { checkedRows } from './checked-rows.ts';
import type { Plan } from './consume.ts';

/** Turns the pinned inputs into staged rows of every output port. */
export async function transform(
  ports: Ports,
  product: ProductModel,
  plan: Plan,
  runId: string,
): Promise<readonly StagedPort[]> {
  const { warehouse } = ports;
  const request: StageRequest = { runId, product, bindings: plan.bindings, recordedAt: plan.recordedAt };
  if (product.transform.kind === 'sql') return warehouse.stageSql(request);
  const transformation = await ports.transforms.load(product);
  const inputs = Object.fromEntries(plan.bindings.map((binding) => [binding.name, inputRows(warehouse, binding)]));
  const rows = transformation({ inputs, seed: product.transform.seed });
  return warehouse.stageRows(request, checkedRows(product, rows as AsyncIterable<{ port: string; row: DataRow }>));
}

function inputRows(warehouse: Warehouse, binding: Plan['bindings'][number]): InputRows<DataRow> {
  return {
    [Symbol.asyncIterator]: () => warehouse.readRows(binding)[Symbol.asyncIterator](),
    orderedBy: (...fields) => warehouse.readRows(binding, fields),
  };
}
