import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CdkResult, runCdk, tryCdk } from '../run-cdk.ts';
import { type Emulator, startEmulator } from '../start-emulator.ts';
import type { MeshFolder } from './mesh-folder.ts';

/** An AWS account of a test file's own; every client of the file speaks to it. */
export interface Account {
  readonly emulator: Emulator;
  bootstrap(): Promise<void>;
  /** Deploys stacks of a mesh with the app that ships, as people do; all of them unless `stacks` says which. */
  tryDeploy(mesh: Pick<MeshFolder, 'folder'>, options?: DeployOptions): Promise<CdkResult>;
  /** As `tryDeploy`; throws with all that the CLI said when it fails. */
  deploy(mesh: Pick<MeshFolder, 'folder'>, options?: DeployOptions): Promise<string>;
  tryDestroy(mesh: Pick<MeshFolder, 'folder'>, options?: DeployOptions): Promise<CdkResult>;
  destroy(mesh: Pick<MeshFolder, 'folder'>, options?: DeployOptions): Promise<string>;
}

export interface DeployOptions {
  /** Names of stacks. @default all */
  readonly stacks?: readonly string[];
  /** `-c NAME=VALUE` */
  readonly context?: { readonly [name: string]: string };
  /** More arguments of the CLI. */
  readonly args?: readonly string[];
}

export interface AccountOptions {
  /** Whether the CDK may deploy there. @default true */
  readonly bootstrap?: boolean;
}

/** Starts an account; stop its emulator after the tests. Makes it the one of this process. */
export async function openAccount({ bootstrap = true }: AccountOptions = {}): Promise<Account> {
  const emulator = await startEmulator();
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, emulator.env);
  // Other tests validate every template; here it would take most of the time.
  const env = { ...emulator.env, CDK_VALIDATION: 'false' };
  const bootstrapIt = async () => {
    // Where there is no app: there is none to synthesise.
    await runCdk(['bootstrap', 'aws://000000000000/us-east-1'], env, tmpdir());
  };
  if (bootstrap) await bootstrapIt();
  const deployArgs = (mesh: Pick<MeshFolder, 'folder'>, options: DeployOptions = {}) => [
    'deploy',
    ...argumentsOf(mesh, options),
    '--require-approval',
    'never',
    '--concurrency',
    '4',
  ];
  const destroyArgs = (mesh: Pick<MeshFolder, 'folder'>, options: DeployOptions = {}) => [
    'destroy',
    ...argumentsOf(mesh, options),
    '--force',
  ];
  return {
    emulator,
    bootstrap: bootstrapIt,
    tryDeploy: (mesh, options) => tryCdk(deployArgs(mesh, options), env),
    deploy: (mesh, options) => runCdk(deployArgs(mesh, options), env),
    tryDestroy: (mesh, options) => tryCdk(destroyArgs(mesh, options), env),
    destroy: (mesh, options) => runCdk(destroyArgs(mesh, options), env),
  };
}

function argumentsOf(mesh: Pick<MeshFolder, 'folder'>, { stacks, context = {}, args = [] }: DeployOptions): string[] {
  // Several may deploy at once, and each locks the folder that it writes.
  const output = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  const settings = Object.entries({ mesh: join(mesh.folder, 'mesh.ts'), settleSeconds: '0', ...context });
  return [
    ...(stacks ? [...stacks, '--exclusively'] : ['--all']),
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ...(args.includes('--app') ? [] : ['--output', output]),
    ...args,
  ];
}
