import type { ProductModel } from '../model/mesh-model.ts';
import { lexSql, type Token } from '../model/sql/lexer.ts';

/**
 * Whether a product may read a column of one of its inputs. Lineage knows what its fields are made of; what its SQL
 * joins and filters by, its words tell. Code, and SQL with a `*`, may read everything: in doubt, it does.
 */
export function readsColumn(product: ProductModel, input: string, column: string): boolean {
  if (product.transform.kind !== 'sql') return true;
  const made = product.outputs.some(({ lineage }) =>
    lineage.some(({ from }) => from.some((origin) => origin.input === input && origin.column === column)),
  );
  if (made) return true;
  return [...product.transform.steps, ...product.transform.statements].some(({ text }) => {
    const { tokens, problem } = lexSql(text);
    return problem !== undefined || tokens.some((token, at) => isNamed(token, column) || isStar(tokens, at));
  });
}

function isNamed({ kind, value }: Token, column: string): boolean {
  return (kind === 'word' || kind === 'name') && value.toLowerCase() === column;
}

/** `SELECT *`, `, *` and `orders.*`, not the star of a product or of `count(*)`. */
function isStar(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]!.text !== '*') return false;
  const before = tokens[at - 1]?.value;
  return before !== undefined && ['select', 'distinct', 'all', ',', '.'].includes(before);
}
