import { join } from 'node:path';
import { landingFolder } from '../adapters/local/create-local-ports.ts';
import { type SeedSummary, seedMesh } from '../adapters/local/seed.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import type { CliContext } from './context.ts';
import type { MeshPlace } from './open-mesh.ts';
import { createProgressBar } from './progress.ts';
import { formatNumber } from './words.ts';

export interface RunSeedOptions {
  readonly scale?: number;
  readonly seed?: number;
  /** The first day that is not generated any more. @default today */
  readonly until?: string;
}

/**
 * Generates a mesh's operational data with a progress bar.
 *
 * @throws MeshError when the mesh has no generator.
 */
export async function runSeed(
  { print, signal }: CliContext,
  { home, folder }: MeshPlace,
  model: MeshModel,
  options: RunSeedOptions,
): Promise<SeedSummary> {
  if (model.seed === undefined) {
    const fix = 'name the folder of its SQL as `seed` in mesh.ts, or drop files into the landing folder yourself';
    throw new MeshError({
      code: 'no-seed',
      kind: 'not-found',
      message: `mesh \`${model.name}\` has no generator`,
      fix,
    });
  }
  const bar = createProgressBar(print);
  const landing = landingFolder(home, folder, model.landing);
  try {
    return await seedMesh({
      folder: join(folder, model.seed),
      landing,
      until: new Date().toISOString().slice(0, 10),
      ...options,
      onProgress({ file, rows, done, total }) {
        signal.throwIfAborted();
        bar.update(done, total, `${file} (${formatNumber(rows)} rows)`);
        print.event('file', { file, rows, done, total });
      },
    });
  } finally {
    bar.end();
  }
}
