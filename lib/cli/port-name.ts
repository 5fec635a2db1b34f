import { didYouMean } from '../model/did-you-mean.ts';
import { listNames } from '../model/list-names.ts';
import { MeshError } from '../model/mesh-error.ts';
import { findOutput, findProduct, type MeshModel, type OutputModel, type ProductModel } from '../model/mesh-model.ts';
import { chooseProduct } from './choose-products.ts';

/** A product, and one of its ports where the word names one. */
export interface Named {
  readonly product: ProductModel;
  readonly port?: OutputModel;
}

const ADDRESS = /^(?:mesh:\/\/[^/]+\/)?([a-z0-9-]+)\/([a-z0-9-]+)(?:\/([a-z0-9_]+))?$/;

/** Whether a word is an address (`domain/product[/port]`, a URI or `database.table`) rather than SQL or prose. */
export function isAddress(word: string): boolean {
  return ADDRESS.test(word) || /^[a-z0-9_]+\.[a-z0-9_]+$/.test(word);
}

/**
 * What `domain/product/port`, `domain/product`, a URI, `database.table` or a product's own name stands for.
 *
 * @throws MeshError `not-found`, with what there is.
 */
export function findNamed(model: MeshModel, word: string): Named {
  const [database, table] = word.split('.');
  const stored = model.products.find((product) => product.database === database);
  if (stored && table !== undefined) return { product: stored, port: portOf(stored, table) };
  const [, domain, name, port] = ADDRESS.exec(word) ?? [];
  if (domain === undefined) return { product: chooseProduct(model, word) };
  const product = findProduct(model, `${domain}/${name}`);
  if (product) return { product, port: port === undefined ? undefined : portOf(product, port) };
  // `product/port`, where only one product has that name.
  const named = model.products.filter((each) => each.name === domain);
  if (port === undefined && named.length === 1) return { product: named[0]!, port: portOf(named[0]!, name!) };
  return { product: chooseProduct(model, `${domain}/${name}`) };
}

/** The port that a word names, or the only one of the product that it names. */
export function findNamedPort(model: MeshModel, word: string): Required<Named> {
  const { product, port } = findNamed(model, word);
  if (port) return { product, port };
  if (product.outputs.length === 1) return { product, port: product.outputs[0]! };
  const ports = product.outputs.map(({ name }) => name);
  const message = `${product.id} has ${ports.length} ports: ${listNames(ports)}`;
  throw new MeshError({
    code: 'no-port',
    kind: 'usage',
    message,
    fix: `name one, such as \`${product.id}/${ports[0]}\``,
  });
}

function portOf(product: ProductModel, name: string): OutputModel {
  const port = findOutput(product, name);
  if (port) return port;
  const names = product.outputs.map((each) => each.name);
  const message = `${product.id} has no port \`${name}\`${didYouMean(name, names)}`;
  throw new MeshError({ code: 'no-such-port', kind: 'not-found', message, fix: `name one of ${listNames(names)}` });
}
