import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findHome, findMeshFile } from '../../loader/find-mesh.ts';
import { packageEntry, packageVersion } from '../../loader/package-root.ts';
import { MeshError } from '../../model/mesh-error.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { FAILED } from '../exit-code.ts';
import { checkMesh, placeOf } from '../open-mesh.ts';
import { count, formatBytes } from '../words.ts';

interface Diagnosis {
  readonly check: string;
  readonly state: 'fine' | 'warning' | 'broken';
  readonly found: string;
  readonly fix?: string;
}

const OLDEST_NODE = [20, 19] as const;
const LEAST_SPACE_BYTES = 2_000_000_000;

/** `mesh doctor` */
export default defineCommand<Record<string, never>>({
  configure: (command) => command,
  async run(context) {
    const { print } = context;
    const checks: [string, () => Promise<Omit<Diagnosis, 'check'>>][] = [
      ['node', checkNode],
      ['package', checkPackage],
      ['SQL engine', checkEngine],
      ['SQL parser', checkParser],
      ['store', checkStore],
      ['bundler', checkBundler],
      ['home', () => checkHome(context)],
      ['mesh', () => checkDeclarations(context)],
    ];
    const { bold, dim, green, red, yellow } = print.color;
    const marks = { fine: green('✓'), warning: yellow('!'), broken: red('✗') };
    const found: Diagnosis[] = [];
    for (const [check, look] of checks) {
      const diagnosis = { check, ...(await look().catch(broken)) };
      found.push(diagnosis);
      print.line(`${marks[diagnosis.state]} ${bold(check.padEnd(11))} ${diagnosis.found}`);
      if (diagnosis.fix !== undefined) print.line(`  ${dim('fix')} ${diagnosis.fix}`);
    }
    print.answer(found);
    return found.some(({ state }) => state === 'broken') ? FAILED : undefined;
  },
});

async function checkNode(): Promise<Omit<Diagnosis, 'check'>> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const found = `${process.versions.node} on ${process.platform} ${process.arch}`;
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return { state: 'fine', found };
  return { state: 'broken', found, fix: `install Node ${OLDEST_NODE.join('.')} or later` };
}

async function checkPackage(): Promise<Omit<Diagnosis, 'check'>> {
  const found = `cdk-data-mesh ${packageVersion()}`;
  return existsSync(packageEntry())
    ? { state: 'fine', found }
    : { state: 'broken', found: `${found}, not built`, fix: 'run `npm run build`' };
}

async function checkEngine(): Promise<Omit<Diagnosis, 'check'>> {
  const { createEngine } = await import('../../adapters/local/engine.ts');
  const { tmpdir } = await import('node:os');
  const engine = createEngine({ temporaryFolder: tmpdir() });
  try {
    const connection = await engine.connect();
    const [[version]] = (await connection.runAndReadAll('SELECT version()')).getRows() as [[string]];
    return { state: 'fine', found: `DuckDB ${version}` };
  } finally {
    engine.close();
  }
}

async function checkParser(): Promise<Omit<Diagnosis, 'check'>> {
  const { loadSqlParser } = await import('../../model/sql/sql-parser.ts');
  await loadSqlParser();
  return { state: 'fine', found: 'loads' };
}

async function checkStore(): Promise<Omit<Diagnosis, 'check'>> {
  await import('../../adapters/local/store.ts');
  return { state: 'fine', found: 'loads' };
}

async function checkBundler(): Promise<Omit<Diagnosis, 'check'>> {
  const { transform, version } = await import('esbuild');
  await transform('export default 1 as number', { loader: 'ts' });
  return { state: 'fine', found: `esbuild ${version}` };
}

async function checkHome({ global }: CliContext): Promise<Omit<Diagnosis, 'check'>> {
  let home: string;
  try {
    home = findHome(findMeshFile(global.mesh), global.home);
  } catch {
    return { state: 'warning', found: 'not known without a mesh', fix: 'name the mesh with `--mesh FILE`' };
  }
  mkdirSync(home, { recursive: true });
  const probe = join(home, `.doctor-${process.pid}`);
  writeFileSync(probe, '');
  rmSync(probe);
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const found = `${home}, ${formatBytes(free)} free`;
  return free < LEAST_SPACE_BYTES
    ? { state: 'warning', found, fix: 'make room, or use another disk with `--home`' }
    : { state: 'fine', found };
}

async function checkDeclarations(context: CliContext): Promise<Omit<Diagnosis, 'check'>> {
  const { summary, problems } = await checkMesh(placeOf(context));
  const found = `${summary.name}: ${count(summary.products, 'product')}`;
  if (problems.length === 0) return { state: 'fine', found };
  return { state: 'broken', found: `${found}, ${count(problems.length, 'problem')}`, fix: 'see `mesh check`' };
}

function broken(error: unknown): Omit<Diagnosis, 'check'> {
  if (error instanceof MeshError)
    return { state: 'broken', found: error.problems[0]?.message ?? error.message, fix: error.fix };
  const found = error instanceof Error ? error.message.split('\n')[0]! : String(error);
  return { state: 'broken', found, fix: 'install the packages again: `npm ci`' };
}
