import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a call of the CLI ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, as JSON. */
  readonly json: () => { readonly [key: string]: never }[];
}

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string;
  /** Called with the process as soon as it says something on stderr. */
  readonly onNote?: (child: ChildProcess, text: string) => void;
}

const CLI = fileURLToPath(new URL('../../dist/mesh.js', import.meta.url));

/** Runs the built CLI as a process of its own, as a user does. */
export function runCli(args: readonly string[], { cwd, input, onNote }: RunOptions): Promise<Ended> {
  const env = { ...process.env, MESH_HOME: '', NO_COLOR: '1', NODE_OPTIONS: '', FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onNote?.(child, stderr);
  });
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const json = () =>
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      resolve({ code, stdout, stderr, json });
    });
  });
}
