import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A script in a process of its own. It tells where it is by lines on stdout, so nobody has to sleep. */
export interface ChildScript {
  readonly process: ChildProcess;
  /** The next line it prints; fails with what it said on stderr when it ends without one. */
  line(): Promise<string>;
  /** SIGKILL: as a crash would. Comes back when the process is gone. */
  kill(): Promise<void>;
  /** Waits until it ended by itself, and returns the lines not read yet. */
  end(): Promise<string[]>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const bundles = new Map<string, Promise<string>>();

/** Starts a TypeScript file as a child process. */
export async function startScript(
  entry: URL,
  args: readonly string[],
  options: { shell?: string } = {},
): Promise<ChildScript> {
  const file = fileURLToPath(entry);
  let bundle = bundles.get(file);
  if (!bundle) {
    bundle = bundleScript(file);
    bundles.set(file, bundle);
  }
  const command = [process.execPath, await bundle, ...args];
  const child = options.shell
    ? spawn('bash', ['-c', `${options.shell}; exec "$@"`, 'bash', ...command], { stdio: ['pipe', 'pipe', 'pipe'] })
    : spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    process: child,
    async line() {
      const { done, value } = await lines.next();
      if (done) throw new Error(`the script ended early: ${complaints}`);
      return value as string;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async end() {
      const rest: string[] = [];
      for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value as string);
      const [code, signal] = (await ended) as [number | null, string | null];
      if (code !== 0) throw new Error(`the script ended with ${code ?? signal}: ${complaints}`);
      return rest;
    },
  };
}

/** Below `node_modules`, so that it finds the native packages; named by its content, so that several may make it. */
async function bundleScript(file: string): Promise<string> {
  const bundled = await build({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    logLevel: 'error',
  });
  const { text, hash } = bundled.outputFiles[0]!;
  const name = `${basename(file, '.ts')}-${hash.replace(/\W/g, '')}.mjs`;
  const outfile = join(root, 'node_modules', '.cache', 'mesh-test-scripts', name);
  const temporary = `${outfile}.${process.pid}`;
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(temporary, text);
  await rename(temporary, outfile);
  return outfile;
}
