import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface EmulatorOptions {
  /** Whether calls of roles need a policy that allows them. @default true */
  readonly enforceIam?: boolean;
}

/** What a client of the emulator needs in its environment. */
export interface EmulatorEnv {
  readonly [name: string]: string;
  readonly AWS_ENDPOINT_URL: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_REGION: string;
  readonly AWS_DEFAULT_REGION: string;
}

/** A call that no policy allowed, as `GET /_meshemu/denials` gives it. */
export interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** The account's root, in us-east-1. */
  readonly env: EmulatorEnv;
  /** All that it wrote so far; refused calls begin with `DENIED`. */
  log(): string;
  /** Refused calls, oldest first. */
  denials(): Promise<readonly Denial[]>;
  /** Makes the next calls fail; see the emulator's README. */
  inject(faults: object): Promise<void>;
  /** Ends it and all its processes, and removes its data. */
  stop(): Promise<void>;
}

const FOLDER = join(import.meta.dirname, 'emulator');
const ROOT = join(import.meta.dirname, '../..');
const START_SECONDS = 60;

/** Starts an AWS of one's own on a free port, empty; it ends with this process at the latest. */
export async function startEmulator({ enforceIam = true }: EmulatorOptions = {}): Promise<Emulator> {
  const python = process.env.MESH_AWS_PYTHON;
  if (python === undefined)
    throw new Error('tests against AWS run with `npm run test:aws`, which prepares the emulator');
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'mesh-aws-'));
  const logFile = join(data, 'emulator.log');
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(python, ['-m', 'meshemu'], {
    // A group of its own: an interrupt in the terminal reaches it through its input, which closes, after the tests ended.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GATEWAY_PORT: String(port),
      // Functions call the emulator that they run in, whichever this process speaks to.
      AWS_ENDPOINT_URL: endpoint,
      MESHEMU_DATA: data,
      MESHEMU_ENFORCE_IAM: enforceIam ? '1' : '0',
      MESHEMU_STOP_WITH_STDIN: '1',
      MESHEMU_REMOVE_DATA: '1',
      NODE_PATH: join(ROOT, 'node_modules'),
      PYTHONPATH: FOLDER,
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const stop = () => stopEmulator(child, data);
  try {
    await untilReady(child, endpoint);
  } catch (error) {
    const last = existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n') : '';
    await stop();
    throw new Error(`the emulator does not start: ${(error as Error).message}\n${last}`);
  }
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      CDK_DISABLE_VERSION_CHECK: '1',
    },
    log: () => readFileSync(logFile, 'utf8'),
    denials: async () => (await (await fetch(`${endpoint}/_meshemu/denials`)).json()) as readonly Denial[],
    inject: async (faults) => {
      const answer = await fetch(`${endpoint}/_meshemu/faults`, { method: 'POST', body: JSON.stringify(faults) });
      if (!answer.ok) throw new Error(`the emulator refuses these faults: ${await answer.text()}`);
    },
    stop,
  };
}

async function untilReady(child: ChildProcess, endpoint: string): Promise<void> {
  const end = Date.now() + START_SECONDS * 1000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(50);
  }
  throw new Error(`it does not answer within ${START_SECONDS} s`);
}

async function stopEmulator(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.stdin?.end();
    const force = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(force);
  }
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
