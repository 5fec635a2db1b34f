import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MeshError } from '../model/mesh-error.ts';
import { findUp } from './package-root.ts';

/** Where a mesh is looked for when nobody says. */
const MESH_FILES = ['products/mesh.ts', 'mesh.ts'];
/** The folder of local state, when nobody says. */
const HOME_FOLDER = '.mesh';

/**
 * The mesh's file: the one given (or `mesh.ts` in the folder given), else `products/mesh.ts` or `mesh.ts` in the
 * working folder.
 *
 * @throws MeshError when there is none.
 */
export function findMeshFile(given?: string, folder = process.cwd()): string {
  const candidates =
    given === undefined ? MESH_FILES : [given, join(given, 'mesh.ts'), join(given, 'products/mesh.ts')];
  const found = candidates.map((file) => resolve(folder, file)).find(isFile);
  if (found !== undefined) return found;
  throw new MeshError({
    code: 'no-mesh',
    kind: 'not-found',
    message:
      given === undefined ? `there is no ${MESH_FILES.join(' or ')} in ${folder}` : `there is no mesh at \`${given}\``,
    fix: 'name its file with `--mesh FILE`, or begin one with `mesh init`',
  });
}

/**
 * The folder of local state: the one given (`--home`, `MESH_HOME`), else `.mesh` in the package that the mesh's file
 * belongs to (the nearest folder up with a package.json), else `.mesh` beside the mesh's file.
 */
export function findHome(meshFile: string, given = process.env.MESH_HOME): string {
  if (given !== undefined && given !== '') return resolve(given);
  const folder = dirname(meshFile);
  return join(findUp(folder) ?? folder, HOME_FOLDER);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
