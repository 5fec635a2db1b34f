import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BuildResult } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundling = (await import(join(root, 'bin/build-lambdas.mjs'))) as {
  bundleLambda(entry: string): Promise<BuildResult<{ metafile: true; write: false }>>;
};

/** What only the local target, the CLI or a deployment needs. */
const NEVER =
  /^node_modules\/(@duckdb|@polyglot-sql|libsql|esbuild|yaml|hono|@hono|commander|minisearch|aws-cdk-lib|constructs)\//;

test.each(['run', 'registrar', 'collect-cost'])('the function `%s` is one file, of what it needs', async (name) => {
  const { metafile, outputFiles } = await bundling.bundleLambda(join(root, 'lambdas', `${name}.ts`));
  const inputs = Object.keys(metafile.inputs).map((path) => path.replace(/^.*(?=node_modules\/)/, ''));
  expect(inputs.length).toBeGreaterThan(50);
  expect(inputs.filter((path) => NEVER.test(path) || /lib\/(adapters\/local|cli|loader|stacks)\//.test(path))).toEqual(
    [],
  );

  // Runs are what is started often; the others check what they are given.
  if (name === 'run') expect(inputs.filter((path) => path.startsWith('node_modules/zod/'))).toEqual([]);

  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'index.mjs');
  writeFileSync(file, outputFiles[0]!.contents);
  const code = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(typeof handler);`;
  const variables = {
    AWS_REGION: 'eu-central-1',
    MESH_TABLE: 't',
    MESH_NAME: 'm',
    MESH_BUS: 'm',
    MESH_PRODUCT: 'd/p',
    MESH_MANIFEST: 's3://b/k',
    MESH_SETTLE_SECONDS: '0',
  };
  // The SDK warns of Node versions that Lambda's is newer than.
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...variables };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env,
    encoding: 'utf8',
  });
  // What Node prints of an error begins with the bundle's one line.
  expect(`${stdout}${stderr}`.slice(-1000)).toBe('function\n');
});
