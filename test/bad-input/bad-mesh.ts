import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '../../lib/flow/run.ts';
import type { Problem } from '../../lib/model/mesh-error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How the CLI ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A result as `mesh build --json` tells it. */
export type PlainResult = Exclude<RunResult, { kind: 'failed' }> | FailedResult;

interface FailedResult {
  readonly kind: 'failed';
  readonly product: string;
  readonly error: Problem & { readonly kind: string };
}

interface Line {
  readonly event?: string;
  readonly data?: { readonly results: readonly PlainResult[]; readonly problems: readonly Problem[] };
}

/** What `mesh build --json` said. */
export interface Built {
  readonly code: number;
  readonly results: ReadonlyMap<string, PlainResult>;
  /** Of the mesh itself. */
  readonly problems: readonly Problem[];
  readonly stderr: string;
}

/** A mesh in files, and the CLI that works on it. */
export interface BadMesh {
  readonly folder: string;
  readonly home: string;
  readonly landing: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Runs the built CLI, as a user does. */
  mesh(...args: readonly string[]): Promise<Ended>;
  /** `mesh build --json`: results by product, the mesh's problems, the exit code. */
  build(...args: readonly string[]): Promise<Built>;
  remove(): Promise<void>;
}

let built: Promise<unknown> | undefined;

/** Runs the CLI that is built of these sources. */
export async function runMesh(
  args: readonly string[],
  options: { uid?: number; env?: { readonly [name: string]: string } } = {},
): Promise<Ended> {
  built ??= import(new URL('../../bin/build.mjs', import.meta.url).href).then(({ buildIfStale }) => buildIfStale());
  await built;
  const command = [process.execPath, join(root, 'dist/mesh.js'), ...args];
  const { uid, env } = options;
  const child = spawn(command[0]!, command.slice(1), {
    uid,
    gid: uid,
    env: { ...process.env, MESH_HOME: '', NO_COLOR: '1', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

/** A mesh of one domain, `bad`, without products. */
export async function createBadMesh(): Promise<BadMesh> {
  const base = await mkdtemp(join(tmpdir(), 'mesh-bad-'));
  const [folder, home] = [join(base, 'mesh'), join(base, 'home')];
  const landing = join(home, 'landing');
  const write = async (path: string, content: string | Uint8Array) => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  await write('mesh.ts', MESH);
  await mkdir(landing, { recursive: true });
  const mesh = (...args: readonly string[]) => runMesh([...args, '--mesh', folder, '--home', home]);
  return {
    folder,
    home,
    landing,
    write,
    mesh,
    async build(...args) {
      const { code, stdout, stderr } = await mesh('build', ...args, '--json');
      const lines = stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line);
      const data = lines.find(({ event }) => event === 'built')?.data;
      const results = data?.results ?? [];
      const problems = data?.problems ?? [];
      return { code, results: new Map(results.map((result) => [result.product, result])), problems, stderr };
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

export async function land(landing: string, path: string, content: string | Uint8Array): Promise<void> {
  const file = join(landing, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

const MESH = `
import { defineDomain, defineMesh } from 'cdk-data-mesh';
export default defineMesh({
  name: 'bad', description: 'Bad input',
  domains: [defineDomain({ name: 'bad', team: 'bad', contact: 'bad@opetence.example', description: 'Bad input' })],
});
`;

/** A product's file: it reads drops of \`fields\` below \`bad/<name>\` and publishes all of them. */
export function passingProduct(
  name: string,
  format: string,
  fields: { readonly [name: string]: string },
  options = '',
): string {
  const list = Object.entries(fields)
    .map(([field, type]) => `${JSON.stringify(field)}: ${type}`)
    .join(', ');
  const columns = Object.keys(fields)
    .map((field) => `"${field}"`)
    .join(', ');
  return `
import { defineProduct, field, output, source, sql } from 'cdk-data-mesh';
const fields = { ${list} };
export default defineProduct({
  domain: 'bad', name: '${name}', version: '1.0.0', archetype: 'source-aligned', purpose: 'Bad input',
  owner: { team: 'bad', contact: 'bad@opetence.example' },
  inputs: { drops: source({ description: 'Drops', path: 'bad/${name}', format: '${format}', fields, ${options} }) },
  outputs: { rows: output({ description: 'Rows', fields, mode: 'append' }) },
  transform: sql({ statements: { rows: ${JSON.stringify(`SELECT ${columns} FROM drops`)} } }),
});
`;
}
