import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentHash } from '../model/content-hash.ts';
import type { Problem } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import { type FileSnapshot, isSame, takeSnapshot } from './file-snapshot.ts';
import { writeAtomically } from './write-atomically.ts';

/** A mesh in numbers. */
export interface MeshSummary {
  readonly name: string;
  readonly domains: number;
  readonly products: number;
  readonly ports: number;
}

/** What is kept beside a resolved model: enough to say whether it still holds, and what a check said. */
export interface Manifest {
  readonly version: string;
  readonly summary: MeshSummary;
  readonly problems: readonly Problem[];
  /** Name of the file that holds the model; it is named by its content. */
  readonly model: string;
  readonly snapshot: FileSnapshot;
}

export interface KeepOptions extends Omit<Manifest, 'model' | 'snapshot'> {
  readonly model: MeshModel;
  readonly meshFile: string;
  /** Absolute. */
  readonly files: readonly string[];
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** When the reading of the files began. */
  readonly since: number;
}

const MANIFEST = 'manifest.json';

/** The manifest of a model that still holds; undefined when anything changed, or the cache is broken. */
export function readManifest(folder: string, version: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Manifest;
    if (manifest.version !== version || !existsSync(join(folder, manifest.model))) return undefined;
    return isSame(manifest.snapshot) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The model that a manifest names; undefined when it is broken. */
export function readKeptModel(folder: string, manifest: Manifest): MeshModel | undefined {
  try {
    const model = JSON.parse(readFileSync(join(folder, manifest.model), 'utf8')) as MeshModel;
    const bundles = model.products.every(
      ({ transform }) =>
        transform.kind === 'sql' || existsSync(join(dirname(folder), 'transforms', `${transform.hash}.mjs`)),
    );
    return bundles ? model : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a model, unless a file changed while it was read. */
export async function keepModel(folder: string, options: KeepOptions): Promise<void> {
  const { version, summary, problems, model, meshFile, files, folders, since } = options;
  const snapshot = takeSnapshot(dirname(meshFile), files, folders, since);
  if (!snapshot) return;
  const name = `model-${contentHash(model)}.json`;
  await writeAtomically(join(folder, name), JSON.stringify(model));
  const manifest: Manifest = { version, summary, problems, model: name, snapshot };
  await writeAtomically(join(folder, MANIFEST), JSON.stringify(manifest));
  for (const other of readdirSync(folder)) {
    if (other.startsWith('model-') && other.endsWith('.json') && other !== name)
      rmSync(join(folder, other), { force: true });
  }
}
