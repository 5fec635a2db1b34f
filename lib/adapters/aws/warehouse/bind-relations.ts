import type { ProductModel } from '../../../model/mesh-model.ts';
import type { Binding } from '../../../ports/warehouse.ts';
import { portRelation } from './relations.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** A SELECT of exactly what a binding may read. */
export async function bindingRelation(
  { rows, rowFilters }: Pick<WarehouseContext, 'rows' | 'rowFilters'>,
  product: ProductModel,
  runId: string,
  binding: Binding,
): Promise<string> {
  if (binding.kind === 'port') return portRelation(binding, rowFilters);
  return rows.landedSelect(product, runId, binding);
}
