import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CheckedStatement, SqlChecker } from '../model/sql-checker.ts';
import { writeAtomically } from './write-atomically.ts';

type Kept = { readonly version: string; readonly statements: { readonly [key: string]: CheckedStatement } };

/** A checker that remembers, across processes, what it found of each statement. */
export interface CachedSqlChecker extends SqlChecker {
  /** Keeps what this process needed, and forgets the rest. */
  save(): Promise<void>;
}

/** Loads the real checker only for a statement that was not checked before by the same version. */
export async function cacheStatements(
  path: string,
  version: string,
  create: () => Promise<SqlChecker>,
): Promise<CachedSqlChecker> {
  const known = await read(path, version);
  const used: Record<string, CheckedStatement> = {};
  let checker: Promise<SqlChecker> | undefined;
  let isNew = false;
  return {
    async check(statement) {
      const key = createHash('sha256').update(JSON.stringify(statement)).digest('base64url').slice(0, 22);
      const before = known[key];
      if (before) {
        used[key] = before;
        return before;
      }
      checker ??= create();
      const checked = await (await checker).check(statement);
      used[key] = checked;
      isNew = true;
      return checked;
    },
    async save() {
      if (!isNew && Object.keys(used).length === Object.keys(known).length) return;
      await writeAtomically(path, JSON.stringify({ version, statements: used } satisfies Kept));
    },
  };
}

/** A broken cache is as good as none. */
async function read(path: string, version: string): Promise<Kept['statements']> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as Partial<Kept>;
    return kept.version === version ? (kept.statements ?? {}) : {};
  } catch {
    return {};
  }
}
