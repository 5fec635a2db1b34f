import { didYouMean } from '../model/did-you-mean.ts';
import { listNames } from '../model/list-names.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { OutputModel, ProductModel } from '../model/mesh-model.ts';
import { RECORDED_AT } from '../model/names.ts';

/** What of a port is wanted. */
export interface PortSelection {
  /** @default every field that may be read */
  readonly columns?: readonly string[];
  /** A condition in Athena's SQL. */
  readonly where?: string;
  readonly limit?: number;
}

/**
 * One SELECT in Athena's SQL over a port. It is trusted with nothing: whoever runs it checks what it reads.
 *
 * @throws MeshError when a column is none of the port's.
 */
export function selectPort(
  { database, id }: ProductModel,
  port: OutputModel,
  { columns, where, limit }: PortSelection,
): string {
  const names = [...port.fields.map(({ name }) => name), RECORDED_AT];
  for (const column of columns ?? []) {
    if (names.includes(column)) continue;
    const message = `port \`${port.name}\` has no field \`${column}\`${didYouMean(column, names)}`;
    const fix = `name some of ${listNames(names)}`;
    throw new MeshError({
      code: 'no-such-field',
      kind: 'usage',
      message,
      where: { product: id, port: port.name },
      fix,
    });
  }
  const selected = columns && columns.length > 0 ? columns.map((name) => `"${name}"`).join(', ') : '*';
  // On a line of its own, the bracket survives a comment at the condition's end.
  const condition = where === undefined ? '' : `\nWHERE (${where}\n)`;
  const most = limit === undefined ? '' : `\nLIMIT ${limit}`;
  return `SELECT ${selected} FROM ${database}.${port.table}${condition}${most}`;
}
