import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sampleMemory } from './sample-memory.ts';
import { USAGE_PROBE } from './usage-probe.ts';

/** What one process and its helpers used from its start to its end. */
export interface Usage {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Of all of them together. */
  readonly peakMb: number;
  readonly stdout: string;
}

/** The folder that holds bench.js and mesh.js; bin/start.mjs says which. */
const DIST = dirname(process.argv[1]!);
/** The package. */
export const ROOT = dirname(DIST);

/** Runs the built CLI. */
export function measureMesh(...args: readonly string[]): Promise<Usage> {
  return measure([join(DIST, 'mesh.js'), ...args]);
}

/** Runs Node and nothing in it: what no command can be quicker than. */
export function measureNode(): Promise<Usage> {
  return measure(['--eval', '0']);
}

/** Runs one side of a bench. */
export function measureSide(side: string, given: object): Promise<Usage> {
  return measure([join(DIST, 'bench.js'), '--side', side, JSON.stringify(given)]);
}

/** Runs one side of a bench of apps, with Node as `cdk.json` has it. */
export function measureAppSide(side: string, given: object): Promise<Usage> {
  return measure([...readAppFlags(), join(DIST, 'bench.js'), '--side', side, JSON.stringify(given)]);
}

/** Runs the built CDK app, with Node as `cdk.json` has it, told by its environment. */
export function measureApp(env: { readonly [name: string]: string }): Promise<Usage> {
  return measure([...readAppFlags(), join(DIST, 'app.js')], env);
}

function readAppFlags(): string[] {
  const { app } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { readonly app: string };
  const [, ...words] = app.split(' ');
  return words.slice(
    0,
    words.findIndex((word) => !word.startsWith('--')),
  );
}

/** Runs a file of code as it is. */
export function measureFile(file: string, env: { readonly [name: string]: string }): Promise<Usage> {
  return measure([file], env);
}

/** Runs Node with these arguments. Throws with what the process said when it fails. */
async function measure(args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-usage-'));
  const usage = join(folder, 'usage.json');
  try {
    const started = performance.now();
    const { stdout, stderr, code, sampledMb } = await run(['--import', USAGE_PROBE, ...args], {
      ...process.env,
      ...env,
      BENCH_USAGE: usage,
    });
    const wallSeconds = (performance.now() - started) / 1000;
    if (code !== 0) throw new Error(`${args.slice(0, 4).join(' ')} ended with ${code}:\n${stderr.slice(-2_000)}`);
    const { cpuSeconds, peakMb } = JSON.parse(await readFile(usage, 'utf8')) as Omit<Usage, 'wallSeconds' | 'stdout'>;
    return { wallSeconds, stdout, cpuSeconds, peakMb: Math.max(peakMb, sampledMb) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, { env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] });
  const collect = (stream: NodeJS.ReadableStream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  };
  const sampled = sampleMemory(child.pid!);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => (signal ? reject(new Error(`ended by ${signal}`)) : resolve(status!)));
  });
  return { stdout: stdout(), stderr: stderr(), code, sampledMb: sampled() };
}
