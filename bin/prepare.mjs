// What every command of a fresh clone begins with: installs what is missing, builds what is stale.
// Imports nothing but Node itself, because nothing else may be there yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

refuseOldNode();
installIfNeeded();
const { buildIfStale } = await import('./build.mjs');
await buildIfStale();

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `this needs Node ${OLDEST_NODE.join('.')} or later, and this is ${process.versions.node}; install one from https://nodejs.org`,
  );
}

function installIfNeeded() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = join(root, 'node_modules/.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (!isInstalled(JSON.parse(lock))) {
    process.stderr.write('installing the packages of package-lock.json (npm ci) …\n');
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    // npm's own output goes to stderr: stdout is the CLI's.
    const { status, error } = spawnSync('npm', args, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (error) fail(`npm could not be started (${error.message}); install it, then run \`npm ci\``);
    if (status !== 0) fail('`npm ci` failed, see above; is the network there? It is needed this once');
  }
  writeFileSync(stamp, lock);
}

/** Whether somebody installed just these versions already, by npm's own record. */
function isInstalled({ packages }) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(packages).every(
    ([path, { version, optional }]) =>
      path === '' || (optional && !installed[path]) || installed[path]?.version === version,
  );
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}
