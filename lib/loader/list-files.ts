import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a mesh beside its `mesh.ts`; all paths relative to the mesh's folder, with `/`. */
export interface MeshFiles {
  /** `<domain>/<product>/product.ts` */
  readonly products: readonly string[];
  /** `.sql` files beside each product, by the product's file. */
  readonly sql: ReadonlyMap<string, readonly string[]>;
  /** Every folder that was looked into, with the names that matter in it. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

/** The name of a product's file. */
const PRODUCT_FILE = 'product.ts';

/** Finds the products beside a mesh's file, in the order of their names. */
export function listMeshFiles(folder: string): MeshFiles {
  const folders = new Map<string, readonly string[]>();
  const list = (path: string) => {
    const names = listFolder(join(folder, path));
    folders.set(path, names);
    return names;
  };
  const products: string[] = [];
  const sql = new Map<string, readonly string[]>();
  for (const domain of subfolders(list(''))) {
    for (const product of subfolders(list(domain))) {
      const path = `${domain}/${product}`;
      const names = list(path);
      if (!names.includes(PRODUCT_FILE)) continue;
      const file = `${path}/${PRODUCT_FILE}`;
      products.push(file);
      sql.set(
        file,
        names.filter((name) => name.endsWith('.sql')).map((name) => `${path}/${name}`),
      );
    }
  }
  return { products, sql, folders };
}

/** The names in a folder that say what a mesh consists of: subfolders (with a `/`), product files, SQL. */
export function listFolder(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .flatMap((entry) => {
      if (entry.isDirectory()) return [`${entry.name}/`];
      return entry.name === PRODUCT_FILE || entry.name.endsWith('.sql') ? [entry.name] : [];
    })
    .sort();
}

function subfolders(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1));
}
