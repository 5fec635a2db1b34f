import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { freezeDeep } from '../model/freeze-deep.ts';
import type { Problem } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import type { Resolution } from '../model/resolve/resolve-mesh.ts';
import type { SqlChecker } from '../model/sql-checker.ts';
import { keepModel, type MeshSummary, readKeptModel, readManifest } from './model-cache.ts';
import { buildId, packageVersion } from './package-root.ts';

export interface LoadModelOptions {
  /** The mesh's folder of local state; its `cache` folder is used. */
  readonly home: string;
  /** Loads the SQL checker; asked for only when a statement has to be checked. */
  readonly sql: () => Promise<SqlChecker>;
}

/** What a check says of a mesh. */
export interface CheckedMesh {
  readonly summary: MeshSummary;
  readonly problems: readonly Problem[];
  /** Whether nothing had changed since it was checked before. */
  readonly cached: boolean;
}

/**
 * Loads and resolves a mesh, or takes what came of it before when no file has changed since: then neither esbuild nor
 * the SQL parser nor any product's file is loaded.
 *
 * @throws MeshError when the mesh's own file can't be read.
 */
export async function loadModel(file: string, options: LoadModelOptions): Promise<Resolution> {
  const folder = cacheFolder(file, options.home);
  const manifest = readManifest(folder, cacheVersion());
  const model = manifest && readKeptModel(folder, manifest);
  if (manifest && model) return { model: freezeDeep(model), problems: manifest.problems };
  return resolveFiles(file, folder, options);
}

/** As `loadModel`, without the model itself: a cached one is not even read. */
export async function checkModel(file: string, options: LoadModelOptions): Promise<CheckedMesh> {
  const folder = cacheFolder(file, options.home);
  const manifest = readManifest(folder, cacheVersion());
  if (manifest) return { summary: manifest.summary, problems: manifest.problems, cached: true };
  const { model, problems } = await resolveFiles(file, folder, options);
  return { summary: summarise(model), problems, cached: false };
}

/** Where the bundles of a mesh's transformations are. */
function cacheFolder(file: string, home: string): string {
  const name = createHash('sha256').update(resolve(file)).digest('hex').slice(0, 12);
  return join(home, 'cache', name);
}

async function resolveFiles(file: string, folder: string, { home, sql }: LoadModelOptions): Promise<Resolution> {
  // File systems stamp times by a coarse clock that may lag behind.
  const since = Date.now() - 20;
  const [{ loadMesh }, { tryResolveMesh }, { cacheStatements }, { addPlaces }] = await Promise.all([
    import('./load-mesh.ts'),
    import('../model/resolve/resolve-mesh.ts'),
    import('./statement-cache.ts'),
    import('./add-places.ts'),
  ]);
  const version = cacheVersion();
  const { loaded, files, folders } = await loadMesh(file, { cache: join(home, 'cache') });
  const checker = await cacheStatements(join(folder, 'statements.json'), version, sql);
  const { model, problems: found } = await tryResolveMesh(loaded, { sql: checker });
  const problems = addPlaces(found, loaded, dirname(file));
  // A cache that can't be written (a full disk, another user's folder) costs time and nothing else.
  await Promise.all([
    checker.save(),
    keepModel(folder, { version, model, problems, summary: summarise(model), files, folders, meshFile: file, since }),
  ]).catch(() => undefined);
  return { model, problems };
}

function summarise({ name, products, domains }: MeshModel): MeshSummary {
  const ports = products.reduce((sum, { outputs }) => sum + outputs.length, 0);
  return { name, domains: domains.length, products: products.length, ports };
}

/** Caches of another version, or of other code of the same version, are not trusted. */
function cacheVersion(): string {
  return `${packageVersion()} ${buildId()} node ${process.versions.node.split('.')[0]}`;
}
