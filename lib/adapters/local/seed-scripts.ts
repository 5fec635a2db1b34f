import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshError } from '../../model/mesh-error.ts';

/** One statement of the generator. */
export interface SeedStatement {
  readonly script: string;
  /** 1-based, where the statement begins. */
  readonly line: number;
  readonly sql: string;
  /** What a COPY writes, relative to the landing folder; may name `{month}`. */
  readonly file?: string;
  /** Run once for each month of the table `months`. */
  readonly monthly: boolean;
}

/**
 * Reads a generator's scripts in the order of their names. A statement ends with `;` at the end of a line.
 *
 * @throws MeshError when the folder is missing or holds no script
 */
export async function readSeedScripts(folder: string): Promise<SeedStatement[]> {
  const names = await readdir(folder).catch(() => []);
  const scripts = names.filter((name) => name.endsWith('.sql')).sort();
  if (scripts.length === 0) {
    throw new MeshError({
      code: 'seed-missing',
      kind: 'not-found',
      message: `no seed scripts in ${folder}`,
      fix: 'name the folder of the numbered .sql files as `seed` in mesh.ts',
    });
  }
  const read = scripts.map(async (script) => splitStatements(script, await readFile(join(folder, script), 'utf8')));
  return (await Promise.all(read)).flat();
}

function splitStatements(script: string, text: string): SeedStatement[] {
  const statements: SeedStatement[] = [];
  let line = 1;
  for (const part of text.split(/(?<=;)[ \t]*\r?\n/)) {
    const before = part.match(/^(\s|--.*\n)*/)?.[0] ?? '';
    const sql = part.slice(before.length);
    const file = sql.match(/TO '\{out\}\/([^']+)'/)?.[1];
    if (sql.trim()) {
      const at = line + before.split('\n').length - 1;
      statements.push({ script, line: at, sql, file, monthly: sql.includes('{month}') });
    }
    line += part.split('\n').length;
  }
  return statements;
}
