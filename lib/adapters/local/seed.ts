import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { MeshError } from '../../model/mesh-error.ts';
import { seedingPrefix } from './landing-moment.ts';
import { isAlive } from './process-alive.ts';
import { readSeedScripts, type SeedStatement } from './seed-scripts.ts';

export interface SeedOptions {
  /** Folder of the generator's numbered SQL scripts. */
  readonly folder: string;
  /** Folder of the operational drops; replaced as a whole. */
  readonly landing: string;
  /** 1 makes a million order lines a year. @default 0.1 */
  readonly scale?: number;
  /** @default 42 */
  readonly seed?: number;
  /** Months that are over by this day are generated. @default 2026-10-01, a year of history */
  readonly until?: string;
  /** @default one for each core; the bytes are the same whatever their number */
  readonly threads?: number;
  readonly onProgress?: (progress: SeedProgress) => void;
}

/** Told once a file is written. */
export interface SeedProgress {
  /** Relative to the landing folder. */
  readonly file: string;
  readonly rows: number;
  readonly done: number;
  readonly total: number;
}

export interface SeedSummary {
  readonly scale: number;
  readonly seed: number;
  readonly until: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** What the generator knows of each defect it put in. */
  readonly defects: Readonly<Record<string, number>>;
}

/** What a seed is when its options are silent. */
export const SEED_DEFAULTS = { scale: 0.1, seed: 42, until: '2026-10-01' } as const;

/** Says, in the landing folder, that a seed made it and which files; drops of others are never replaced. */
const MARKER = '.seed.json';

/**
 * Makes the operational data of a mesh: the same bytes for the same seed, scale and end, and nothing half when killed.
 *
 * @throws MeshError when a script fails, an option makes no sense, or the landing folder holds drops no seed made
 */
export async function seedMesh(options: SeedOptions): Promise<SeedSummary> {
  const { scale, seed, until } = checkedOptions(options);
  const scripts = await readSeedScripts(options.folder);
  await refuseForeignDrops(options.landing);
  await removeLeftovers(options.landing);
  const work = join(dirname(options.landing), `${seedingPrefix(options.landing)}${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const threads = options.threads ?? availableParallelism();
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    temp_directory: join(tmpdir(), `mesh-seed-${process.pid}`),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    // A month's file is one thread's work, so several are written at once.
    const connections = await Promise.all(Array.from({ length: threads }, () => instance.connect()));
    for (const connection of connections) {
      await connection.run(`SET VARIABLE scale = ${scale}::DOUBLE`);
      await connection.run(`SET VARIABLE seed = ${seed}::BIGINT`);
      await connection.run(`SET VARIABLE until = DATE '${until}'`);
    }
    const rows = await runScripts(scripts, connections, work, options.onProgress);
    const defects = await readDefects(connections[0]!);
    const files = await listFiles(work);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const summary: SeedSummary = { scale, seed, until, files: files.length, rows, bytes, defects };
    await writeFile(
      join(work, MARKER),
      `${JSON.stringify({ ...summary, paths: files.map((file) => file.path) }, null, 2)}\n`,
    );
    await replaceFolder(work, options.landing);
    return summary;
  } finally {
    instance.closeSync();
    await rm(work, { recursive: true, force: true });
  }
}

function checkedOptions(options: SeedOptions): { scale: number; seed: number; until: string } {
  const { scale = SEED_DEFAULTS.scale, seed = SEED_DEFAULTS.seed, until = SEED_DEFAULTS.until } = options;
  const refuse = (what: string, fix: string) =>
    new MeshError({ code: 'seed-option', kind: 'usage', message: `the seed's ${what}`, fix });
  if (!(scale > 0 && scale <= 100))
    throw refuse(`scale is ${scale}`, 'give more than 0 and at most 100; 1 makes a million order lines');
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31)
    throw refuse(`number is ${seed}`, 'give a whole number from 0 to 2147483647');
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until) && new Date(`${until}T00:00:00Z`).toJSON()?.startsWith(until);
  if (!isDay) throw refuse(`end is \`${until}\``, 'give a day, such as 2026-10-01');
  return { scale, seed, until };
}

async function runScripts(
  scripts: readonly SeedStatement[],
  connections: readonly DuckDBConnection[],
  out: string,
  onProgress?: (progress: SeedProgress) => void,
): Promise<number> {
  const main = connections[0]!;
  let months: string[] | undefined;
  let [rows, done, total] = [0, 0, 0];
  const run = async (statement: SeedStatement, connection: DuckDBConnection, month?: string): Promise<void> => {
    const file = statement.file?.replaceAll('{month}', month ?? '');
    if (file) await mkdir(dirname(join(out, file)), { recursive: true });
    const sql = statement.sql.replaceAll('{month}', month ?? '').replaceAll('{out}', out.replaceAll("'", "''"));
    try {
      const result = await connection.run(sql);
      if (!file) return;
      rows += result.rowsChanged;
      done += 1;
      onProgress?.({ file, rows: result.rowsChanged, done, total });
    } catch (cause) {
      throw seedFailed(statement, cause);
    }
  };
  for (const statement of scripts) {
    if (!statement.monthly) {
      total += statement.file ? 1 : 0;
      await run(statement, main);
      continue;
    }
    months ??= await readMonths(main);
    if (months.length === 0) throw nothingToSeed();
    total ||= months.length * scripts.filter((other) => other.monthly).length;
    const waiting = [...months];
    const workers = connections.map(async (connection) => {
      for (let month = waiting.shift(); month; month = waiting.shift()) await run(statement, connection, month);
    });
    await Promise.all(workers);
  }
  return rows;
}

function nothingToSeed(): MeshError {
  return new MeshError({
    code: 'seed-option',
    kind: 'usage',
    message: 'the seed ends before its first month is over',
    fix: 'give a later end (`--until`)',
  });
}

function seedFailed(statement: SeedStatement, cause: unknown): MeshError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new MeshError({
    code: 'seed-failed',
    message: `the seed's statement fails: ${message.trim()}`,
    where: { file: statement.script, line: statement.line },
    fix: 'mend the script',
    cause,
  });
}

async function readMonths(connection: DuckDBConnection): Promise<string[]> {
  const reader = await connection.runAndReadAll('SELECT month FROM months ORDER BY month');
  return reader.getRows().map(([month]) => String(month));
}

async function readDefects(connection: DuckDBConnection): Promise<Record<string, number>> {
  const known = await connection.runAndReadAll("SELECT 1 FROM duckdb_tables() WHERE table_name = 'defects'");
  if (known.currentRowCount === 0) return {};
  const reader = await connection.runAndReadAll('SELECT defect, expected FROM defects ORDER BY defect');
  return Object.fromEntries(reader.getRows().map(([defect, expected]) => [String(defect), Number(expected)]));
}

async function listFiles(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sized = files.map(async (file) => ({ path: relative(folder, file), bytes: (await stat(file)).size }));
  return (await Promise.all(sized)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function refuseForeignDrops(landing: string): Promise<void> {
  if (!existsSync(landing)) return;
  const marker = await readFile(join(landing, MARKER), 'utf8').catch(() => '{"paths":[]}');
  const own = new Set([...(JSON.parse(marker) as { paths: string[] }).paths, MARKER]);
  const foreign = (await listFiles(landing)).find((file) => !own.has(file.path));
  if (!foreign) return;
  throw new MeshError({
    code: 'seed-foreign-drops',
    kind: 'conflict',
    message: `the landing folder ${landing} holds \`${foreign.path}\`, which no seed made`,
    fix: 'seed into another folder (`--home`), or move that file away first',
  });
}

/** A killed seed leaves its working folder; it goes when its process is gone. */
async function removeLeftovers(landing: string): Promise<void> {
  const parent = dirname(landing);
  await mkdir(parent, { recursive: true });
  const prefix = seedingPrefix(landing);
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (pid > 0 && !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** Two renames; when another seed ends in between, its folder is the older one and goes too. */
async function replaceFolder(work: string, landing: string, attempts = 5): Promise<void> {
  try {
    await rename(landing, join(work, `.replaced-${attempts}`)).catch(unlessMissing);
    await rename(work, landing);
  } catch (error) {
    if (attempts === 1) throw error;
    return replaceFolder(work, landing, attempts - 1);
  }
  for (const name of await readdir(landing)) {
    if (name.startsWith('.replaced-')) await rm(join(landing, name), { recursive: true, force: true });
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
