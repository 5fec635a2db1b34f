import { createHash } from 'node:crypto';
import { type DataRow, type MeasureRequest, measuredTable } from '../../../ports/warehouse.ts';
import { bindingRelation } from './bind-relations.ts';
import { stagedRelation, stateRelation, withRelations } from './relations.ts';
import { quoteName } from './sql-text.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** Answers a SELECT about a run's result, over those of its tables that it names. */
export async function measure(context: WarehouseContext, request: MeasureRequest): Promise<readonly DataRow[]> {
  const { product, staged, before, bindings, runId, sql } = request;
  const { database } = product;
  const named = (name: string) => sql.includes(quoteName(name));
  const relations: [string, string][] = [];
  for (const { name, table, fields } of product.outputs) {
    const made = staged.find(({ port }) => port === name);
    const [stagedName, beforeName] = [measuredTable.staged(name), measuredTable.before(name)];
    if (made && named(stagedName)) relations.push([stagedName, stagedRelation(database, made.snapshot, fields)]);
    if (named(beforeName)) relations.push([beforeName, stateRelation(database, table, before[name], fields)]);
  }
  for (const binding of bindings) {
    const name = measuredTable.input(binding.name);
    if (!named(name)) continue;
    // Keys are looked for in all that is there, also where the run itself read only the news.
    const whole = binding.kind === 'port' ? { ...binding, since: undefined } : binding;
    relations.push([name, await bindingRelation(context, product, runId, whole)]);
  }
  const statement = `${withRelations(relations)}${sql}`;
  const name = `measure ${createHash('sha256').update(statement).digest('hex').slice(0, 8)}`;
  return context.athena.all({ name, sql: statement, database });
}
