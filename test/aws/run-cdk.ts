import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How the CDK's CLI ended, and all that it said. */
export interface CdkResult {
  readonly code: number;
  readonly output: string;
}

const CLI = join(import.meta.dirname, '../../node_modules/aws-cdk/bin/cdk');

/** Runs the real CDK CLI, as a person would, in a folder with a `cdk.json` or with `--app`. */
export function tryCdk(args: readonly string[], env: NodeJS.ProcessEnv, folder = process.cwd()): Promise<CdkResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { ...process.env, ...env, CI: 'true', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (part: Buffer) => {
      output += part.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** As `tryCdk`; throws with all that it said when it fails. */
export async function runCdk(args: readonly string[], env: NodeJS.ProcessEnv, folder?: string): Promise<string> {
  const { code, output } = await tryCdk(args, env, folder);
  if (code !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
