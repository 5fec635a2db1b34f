// Runs the tests against the emulated AWS: prepares its Python, starts vitest, leaves nothing behind.
// Arguments go to vitest: `npm run test:aws -- grants`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_PYTHON = [3, 10];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const requirements = join(root, 'test/aws/emulator/requirements.txt');
const venv = join(root, 'node_modules/.cache/aws-emulator');
const isWindows = process.platform === 'win32';
const venvPython = join(venv, isWindows ? 'Scripts/python.exe' : 'bin/python');

await import('./prepare.mjs');
preparePython();
process.exitCode = await runTests(process.argv.slice(2));

/** Makes the virtual environment again only when what is to be in it has changed. */
function preparePython() {
  const stamp = join(venv, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && startsWell(venvPython)) return;
  const [command, ...args] = findPython();
  process.stderr.write('installing the emulator of AWS (pip, once) …\n');
  rmSync(venv, { recursive: true, force: true });
  run(
    command,
    [...args, '-m', 'venv', venv],
    'a virtual environment could not be made; is the package `python3-venv` installed?',
  );
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '-r', requirements];
  run(
    venvPython,
    pip,
    'the packages of test/aws/emulator/requirements.txt could not be installed; is the network there? It is needed this once',
  );
  writeFileSync(stamp, wanted);
}

function findPython() {
  const named = Array.from({ length: 10 }, (_, index) => [`python3.${19 - index}`]);
  const candidates = [['python3'], ...named, ['python'], ['py', '-3']];
  const found = candidates.find(([command, ...args]) => startsWell(command, args));
  if (found) return found;
  return fail(
    `the emulator of AWS needs Python ${OLDEST_PYTHON.join('.')} or later, and none of python3, python3.x, python and py is one; install it from https://www.python.org, then run \`npm run test:aws\` again`,
  );
}

function startsWell(command, args = []) {
  const check = `import sys, venv; sys.exit(sys.version_info < (${OLDEST_PYTHON.join(', ')}))`;
  return spawnSync(command, [...args, '-c', check], { stdio: 'ignore' }).status === 0;
}

/** All temporary files of the run are in one folder, which goes with it, however it ends. */
async function runTests(args) {
  const temporary = mkdtempSync(join(tmpdir(), 'mesh-test-aws-'));
  const vitest = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.aws.config.ts', ...args],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary, MESH_AWS_PYTHON: venvPython },
    },
  );
  // The terminal tells vitest of Ctrl-C itself, and it stops the emulators: wait for that. A second one is in earnest.
  let interrupts = 0;
  process.on('SIGINT', () => ++interrupts > 1 && vitest.kill('SIGKILL'));
  process.on('SIGTERM', () => vitest.kill('SIGTERM'));
  const code = await new Promise((resolve) => vitest.on('exit', (status, signal) => resolve(signal ? 130 : status)));
  rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return code;
}

function run(command, args, problem) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) fail(`${problem}${error ? ` (${error.message})` : ''}`);
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}
