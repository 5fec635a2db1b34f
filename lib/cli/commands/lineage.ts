import { type LineageNode, traceLineage } from '../../api/lineage.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { listNames } from '../../model/list-names.ts';
import { MeshError } from '../../model/mesh-error.ts';
import { defineCommand } from '../command.ts';
import { openModel, placeOf } from '../open-mesh.ts';
import { toCount } from '../parse-options.ts';
import { findNamed } from '../port-name.ts';
import type { Printer } from '../printer.ts';

interface LineageOptions {
  readonly direction: string;
  readonly column?: string;
  readonly depth?: string;
}

/** `mesh lineage` */
export default defineCommand<LineageOptions>({
  configure: (command) =>
    command
      .argument('<port>', 'domain/product/port; a product stands for each of its ports')
      .option('--direction <direction>', 'up: what it is made of; down: what it feeds', 'up')
      .option('--column <field>', 'follow one field instead of the whole port')
      .option('--depth <hops>', 'how far; default all the way'),
  async run(context, { args, options }) {
    const { print } = context;
    const { direction, column } = options;
    if (direction !== 'up' && direction !== 'down')
      throw usage(`there is no direction \`${direction}\``, 'use `up` or `down`');
    const depth = toCount('--depth', options.depth);
    const { model } = await openModel(context, placeOf(context));
    const { product, port } = findNamed(model, String(args[0]));
    let ports = port ? [port] : product.outputs;
    if (column !== undefined) {
      const fields = ports.flatMap((each) => each.fields.map(({ name }) => name));
      if (!fields.includes(column)) {
        const message = `${product.id} has no field \`${column}\`${didYouMean(column, fields)}`;
        throw new MeshError({
          code: 'no-such-field',
          kind: 'not-found',
          message,
          fix: `name one of ${listNames([...new Set(fields)])}`,
        });
      }
      ports = ports.filter((each) => each.fields.some(({ name }) => name === column));
    }
    const trees = ports.map((each) => traceLineage(model, { product, port: each, column, direction, depth }));
    print.answer(trees);
    for (const tree of trees) printTree(print, tree, '', '');
    return undefined;
  },
});

function printTree(print: Printer, node: LineageNode, head: string, tail: string): void {
  const { bold, cyan, dim, yellow } = print.color;
  const name = node.kind === 'source' ? yellow(node.name) : cyan(node.name);
  const column = node.column === undefined ? '' : `.${bold(node.column)}`;
  const notes = [
    node.kind === 'source' && 'source',
    node.opaque && 'made by code: columns unknown, whole inputs follow',
    node.repeated && 'shown above',
    node.cut && 'goes on',
  ].filter(Boolean);
  print.line(`${dim(head)}${name}${column}${notes.length > 0 ? dim(` (${notes.join('; ')})`) : ''}`);
  for (const [index, child] of node.children.entries()) {
    const isLast = index === node.children.length - 1;
    printTree(print, child, `${tail}${isLast ? '└─ ' : '├─ '}`, `${tail}${isLast ? '   ' : '│  '}`);
  }
}

function usage(message: string, fix: string): MeshError {
  return new MeshError({ code: 'usage', kind: 'usage', message, fix });
}
