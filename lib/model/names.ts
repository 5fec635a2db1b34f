/**
 * Every name that a product has outside this code, on every target: addresses, databases, tables, stacks.
 * An analyst's SQL runs unchanged locally and in Athena because both take their names from here.
 */

/** `domain/product`, the way people and the CLI name a product. */
export type ProductId = `${string}/${string}`;

/** Names of meshes, domains, products and teams: kebab-case, as a part of databases and stacks. */
export const KEBAB_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Names of ports, fields, inputs, steps and rules: snake_case, as Athena takes them without quotes. */
export const SNAKE_NAME = /^[a-z][a-z0-9_]*$/;
/** Glue's limit for databases, tables and columns. */
export const LONGEST_NAME = 255;
/** CloudFormation's limit for a stack's name. */
export const LONGEST_STACK_NAME = 128;

/** System columns: present in every table, so no contract may use their names. */
export const RECORDED_AT = '_recorded_at';
/** The drop a row of a source came from. */
export const SOURCE_FILE = '_file';

/** `domain/product`, of its two parts. */
export function productId(domain: string, product: string): ProductId {
  return `${domain}/${product}`;
}

/** `mesh://<mesh>/<domain>/<product>[/<port>]`, a global address. */
export function uriOf(mesh: string, product: ProductId, port?: string): string {
  return `mesh://${mesh}/${product}${port === undefined ? '' : `/${port}`}`;
}

/** The database that holds a product's tables: `<mesh>_<domain>_<product>`. */
export function databaseName(mesh: string, domain: string, product: string): string {
  return [mesh, domain, product].map((name) => name.replaceAll('-', '_')).join('_');
}

/** The product's stack: `<mesh>-<domain>-<product>`. */
export function stackName(mesh: string, domain: string, product: string): string {
  return `${mesh}-${domain}-${product}`;
}

/** The principal that a team is, in grants and for `--as`. */
export function teamPrincipal(team: string): `team:${string}` {
  return `team:${team}`;
}
