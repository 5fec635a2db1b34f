// Builds dist/lambdas/<name>/index.mjs of each lambdas/<name>.ts: one file that needs nothing beside it.
// `bundleLambda()` is what the benches and tests measure.
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Builds all of them. */
export async function buildLambdas() {
  const entries = readdirSync(join(root, 'lambdas')).filter((file) => file.endsWith('.ts'));
  await Promise.all(
    entries.map(async (file) => {
      const name = basename(file, '.ts');
      const { outputFiles } = await bundleLambda(join(root, 'lambdas', file));
      write(join(root, 'dist/lambdas', name, 'index.mjs'), outputFiles[0].contents);
    }),
  );
}

/** Bundles one entry for Lambda's Node, the AWS SDK included; gives what esbuild gives. */
export async function bundleLambda(entry) {
  const { build } = await import('esbuild');
  return build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(root, 'dist/lambdas', basename(entry, '.ts'), 'index.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: false,
    // The SDK's modules rather than its CommonJS: half the size, because what is not used is left out.
    mainFields: ['module', 'main'],
    banner: {
      js: "import{createRequire as createRequireHere}from'node:module';const require=createRequireHere(import.meta.url);",
    },
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
    alias: { 'cdk-data-mesh': join(root, 'lib/index.ts') },
  });
}

function write(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
