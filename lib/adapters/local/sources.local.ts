import { sep } from 'node:path';
import { MeshError } from '../../model/mesh-error.ts';
import type { SourceInputModel } from '../../model/mesh-model.ts';
import type { SourceFile } from '../../ports/publication.ts';
import type { Sources } from '../../ports/sources.ts';
import { hashFile, type StableFile, statFile } from './file-hash.ts';
import { type Drop, findDrops } from './landed-drops.ts';
import { atOneMoment } from './landing-moment.ts';
import type { Store } from './store.ts';

export interface SourcesOptions {
  /** The folder in which operational systems drop files. */
  readonly landing: string;
  /** Remembers the hashes of files that did not change. */
  readonly store: Store;
}

const AT_ONCE = 4;

/** Operational sources as folders below the landing folder. */
export function createSources({ landing, store }: SourcesOptions): Sources {
  return {
    list: (input) =>
      atOneMoment(landing, async () => {
        const drops = await guarded(input, input.path, () => findDrops(landing, input), landing);
        return drops.length === 0 ? [] : hashDrops(store, input, drops);
      }),
  };
}

async function hashDrops(store: Store, input: SourceInputModel, drops: readonly Drop[]): Promise<SourceFile[]> {
  const known = await knownHashes(
    store,
    drops.map(({ path }) => path),
  );
  const learned: { path: string; identity: string; hash: string }[] = [];
  const files: SourceFile[] = new Array(drops.length);
  let next = 0;
  const work = async () => {
    while (next < drops.length) {
      const index = next++;
      const { path, file } = drops[index]!;
      files[index] = await guarded(input, path, async () => {
        const before = statFile(file);
        const remembered = known.get(path);
        if (remembered?.identity === before.identity) return { path, bytes: before.bytes, hash: remembered.hash };
        const { hash, ...after } = await hashed(input, path, file, before);
        if (after.isSettled) learned.push({ path, identity: after.identity, hash });
        return { path, bytes: after.bytes, hash };
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, drops.length) }, work));
  await remember(store, learned);
  return files;
}

const MOST_READINGS = 3;

/** The hash of a file that did not change while it was read. */
async function hashed(
  input: SourceInputModel,
  path: string,
  file: string,
  before: StableFile,
): Promise<StableFile & { hash: string }> {
  let seen = before;
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const hash = await hashFile(file);
    const after = statFile(file);
    if (after.identity === seen.identity) return { ...seen, hash };
    seen = after;
  }
  const fix = 'write it under a name that begins with `.` or `_`, or ends in `.tmp`, and rename it when it is complete';
  throw refused(input, path, 'changing-drop', 'is being written to while it is read', fix, 'retry');
}

async function knownHashes(store: Store, paths: readonly string[]) {
  const rows = await store.read<{ path: string; identity: string; hash: string }>(
    'SELECT path, identity, hash FROM file_hashes WHERE path IN (SELECT value FROM json_each(?))',
    JSON.stringify(paths),
  );
  return new Map(rows.map((row) => [row.path, row]));
}

async function remember(store: Store, learned: readonly object[]): Promise<void> {
  if (learned.length === 0) return;
  await store.write(({ run }) =>
    run(
      `INSERT OR REPLACE INTO file_hashes (path, identity, hash)
       SELECT value ->> 'path', value ->> 'identity', value ->> 'hash' FROM json_each(?)`,
      JSON.stringify(learned),
    ),
  );
}

async function guarded<Result>(
  input: SourceInputModel,
  path: string,
  work: () => Result | Promise<Result>,
  landing?: string,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof MeshError || !(cause instanceof Error) || !('syscall' in cause)) throw cause;
    const message = `cannot be read (${cause.message.replaceAll(sep, '/')})`;
    const at = String((cause as NodeJS.ErrnoException).path ?? '');
    const isBelow = landing !== undefined && at.startsWith(`${landing}${sep}`);
    const file = isBelow ? at.slice(landing.length + 1).replaceAll(sep, '/') : path;
    throw refused(input, file, 'unreadable-drop', message, 'make it readable, or take it away', undefined, cause);
  }
}

function refused(
  input: SourceInputModel,
  path: string,
  code: string,
  message: string,
  fix: string,
  kind?: 'retry',
  cause?: unknown,
): MeshError {
  return new MeshError({
    code,
    kind,
    message: `source \`${input.name}\`: the drop ${message}`,
    fix,
    where: { file: path },
    cause,
  });
}
