import { cp, mkdir, rm, symlink } from 'node:fs/promises';
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

/**
 * A first build of a mesh by the CLI against a plain DuckDB script with the same SQL, the same code, the same checks.
 * The declarations were checked before, as whoever builds has done; what that takes is told, and the bench `check` is
 * about it. The script flushes nothing to the disk, hashes no drop and remembers nothing: that is part of the ratio.
 */
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
  const checked = await freshHome('checked');
  const check = await measureMesh('check', '--mesh', mesh, '--home', checked);
  const results = await compare({
    bench,
    pairs,
    goal: 1.3,
    async ours(pair) {
      const home = await freshHome(`ours-${pair}`);
      await cp(join(checked, 'cache'), join(home, 'cache'), { recursive: true, preserveTimestamps: true });
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
  const from = `cpu ${check.cpuSeconds.toFixed(2)} s, ${check.peakMb.toFixed(0)} MB; not part of the above`;
  return [...results, { bench, what: 'first check before', unit: 's', measured: check.wallSeconds, from }];
}
