// Builds dist/: the package (index.js), the CLI (mesh.js) and what they share, each command a chunk of its own.
// Does nothing when nothing changed. `node bin/build.mjs [--force | --pack] [--lambdas]`, or `buildIfStale()` from
// bin/start.mjs. Functions of a deployed mesh are built only for who deploys: with `--lambdas`, and for the package.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const lambdaStampFile = join(dist, '.lambda-stamp');
const SOURCES = ['lib', 'bin', 'portal', 'bench', 'package.json', 'tsconfig.json'];
const LAMBDA_SOURCES = ['lib', 'lambdas', 'bin/build-lambdas.mjs', 'package-lock.json', 'tsconfig.json'];
/** Chunks of an older build stay this long, for processes that still run and load them lazily. */
const KEEP_OLD_CHUNKS_MS = 10 * 60_000;

/** Builds dist/ unless it is what the sources would give; says whether it built. */
export async function buildIfStale({ force = false, pack = false } = {}) {
  const stamp = takeStamp(SOURCES);
  if (!force && !pack && readIfThere(stampFile) === stamp) return false;
  if (pack) rmSync(dist, { recursive: true, force: true });
  await build(pack);
  writeAtomically(stampFile, stamp);
  return true;
}

/** Builds dist/lambdas/ unless it is what the sources would give; says whether it built. */
export async function buildLambdasIfStale({ force = false } = {}) {
  const stamp = takeStamp(LAMBDA_SOURCES);
  if (!force && readIfThere(lambdaStampFile) === stamp) return false;
  const { buildLambdas } = await import('./build-lambdas.mjs');
  await buildLambdas();
  writeAtomically(lambdaStampFile, stamp);
  return true;
}

async function build(pack) {
  const { build } = await import('esbuild');
  const entryPoints = { index: 'lib/index.ts', mesh: 'bin/mesh.ts', cdk: 'lib/cdk.ts' };
  if (!pack) entryPoints.app = 'bin/app.ts';
  if (!pack && isThere(join(root, 'bench/bench.ts'))) entryPoints.bench = 'bench/bench.ts';
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: false,
    legalComments: 'none',
    write: false,
    logLevel: 'error',
    // From inside, the package by its own name is the source, not an older build of it.
    alias: { 'cdk-data-mesh': join(root, 'lib/index.ts') },
    // Caches tell by it whether the code that made them is still the same.
    define: { __BUILD_ID__: JSON.stringify(hashSources()) },
  });
  // Chunks first: whoever reads an entry finds what it imports.
  const written = new Set();
  for (const { path, contents } of outputFiles.sort((a, b) => depth(b.path) - depth(a.path))) {
    written.add(path);
    if (readIfThere(path) !== Buffer.from(contents).toString()) writeAtomically(path, contents);
  }
  for (const file of listFiles(join(root, 'portal'))) {
    writeAtomically(join(dist, relative(root, file)), readFileSync(file));
  }
  await writeSchema();
  for (const file of listFiles(join(dist, 'chunks'))) {
    if (!written.has(file) && Date.now() - statSync(file).mtimeMs > KEEP_OLD_CHUNKS_MS) rmSync(file, { force: true });
  }
}

/** The published JSON schema of the model, made from the schema that the code validates with. */
async function writeSchema() {
  if (!isThere(join(root, 'lib/model/model-schema.ts'))) return;
  const { build } = await import('esbuild');
  const outfile = join(dist, `.schema-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ['lib/model/model-schema.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  try {
    const { modelJsonSchema } = await import(pathToFileURL(outfile).href);
    const schema = typeof modelJsonSchema === 'function' ? modelJsonSchema() : modelJsonSchema;
    if (schema) writeAtomically(join(dist, 'mesh-model.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  } finally {
    rmSync(outfile, { force: true });
  }
}

/** Names, sizes and times of all sources as one hash: a few milliseconds instead of a build. */
function takeStamp(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of listFiles(join(root, source))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** The sources by content: the same wherever and whenever they are built. */
function hashSources() {
  const hash = createHash('sha256');
  for (const source of ['lib', 'bin', 'package-lock.json']) {
    for (const file of listFiles(join(root, source))) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function listFiles(path) {
  if (!isThere(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function writeAtomically(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

function readIfThere(path) {
  return isThere(path) ? readFileSync(path, 'utf8') : undefined;
}

function isThere(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function depth(path) {
  return path.split(/[\\/]/).length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const force = process.argv.includes('--force');
    const pack = process.argv.includes('--pack');
    let built = await buildIfStale({ force, pack });
    if (pack || process.argv.includes('--lambdas')) built = (await buildLambdasIfStale({ force })) || built;
    process.stderr.write(built ? 'built dist/\n' : 'dist/ is up to date\n');
  } catch (error) {
    // esbuild has said where already.
    if (!error?.errors) console.error(error);
    process.exitCode = 1;
  }
}
