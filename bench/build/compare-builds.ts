import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../harness/bench.ts';
import { compare } from '../harness/compare.ts';
import { measureMesh, measureSide } from '../harness/measure.ts';

export interface CompareBuildsOptions {
  readonly bench: string;
  readonly pairs: number;
  /** The mesh's folder. */
  readonly mesh: string;
  /** Folder for all that is made. */
  readonly scratch: string;
  /** The drops; absent when the mesh itself says where they are. */
  readonly landing?: string;
}

/** A first build of a mesh by the CLI against a plain DuckDB script with the same SQL, the same code, the same checks. */
export async function compareBuilds({ bench, pairs, mesh, scratch, landing }: CompareBuildsOptions): Promise<Result[]> {
  const plan = join(scratch, 'plan.json');
  const freshHome = async (name: string) => {
    const home = join(scratch, name);
    await mkdir(home);
    if (landing !== undefined) await symlink(landing, join(home, 'landing'));
    return home;
  };
  // The plan's bundles stay in this home; both sides' files are in the system's cache afterwards.
  await measureSide('record', { mesh, home: await freshHome('recorded'), plan });
  return compare({
    bench,
    pairs,
    goal: 1.3,
    async ours(pair) {
      const home = await freshHome(`ours-${pair}`);
      const usage = await measureMesh('build', '--mesh', mesh, '--home', home);
      await rm(home, { recursive: true });
      return usage;
    },
    async plain(pair) {
      const out = join(scratch, `plain-${pair}`);
      await mkdir(out);
      const usage = await measureSide('plain', { plan, out });
      await rm(out, { recursive: true });
      return usage;
    },
  });
}
