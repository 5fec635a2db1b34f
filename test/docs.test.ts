/**
 * Documentation that runs.
 *
 * In doc comments below `lib/`: the first block of TypeScript after `@example`. It imports from the package only (and from the CDK, where it deploys); a
 * line that ends in `// => value` is held against that value. Every block is type-checked as well.
 *
 * In README.md, blocks after one of these comments, which stand on a line of their own before the fence:
 *
 * - `<!-- test -->`: a shell block. Blocks run in order, in one folder that holds copies of `products/` and `examples/`, with `MESH_HOME`
 *   set below it; a command that fails fails the test. `npm run mesh -- …`, `npm start -- …` and `npx mesh …` run the
 *   build in `dist/`. A line `# => text` says that the output of the block so far contains that text.
 * - `<!-- file: products/care/cases/product.ts -->`: the block is written to that file of the folder first.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildLambdas } from './build-lambdas.ts';
import {
  asProgram,
  type Example,
  examplesOf,
  findExamples,
  type MarkedBlock,
  markedBlocks,
  undocumentedExports,
} from './documentation.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const examples = findExamples(root);

/** What an example that deploys may import besides. */
const OF_DEPLOYMENTS = ['cdk-data-mesh/cdk', 'aws-cdk-lib'];

/** Runs an example, and says where it claims what is not so. */
async function run(example: Example): Promise<string[]> {
  // A file, because the packages that it leaves outside are found from where it is.
  const outfile = join(root, 'dist', `.example-${randomUUID()}.mjs`);
  onTestFinished(() => rmSync(outfile, { force: true }));
  await build({
    stdin: { contents: asProgram(example), loader: 'ts', resolveDir: root },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    alias: { 'cdk-data-mesh': join(root, 'lib/index.ts'), 'cdk-data-mesh/cdk': join(root, 'lib/cdk.ts') },
  });
  const { claims } = await import(pathToFileURL(outfile).href);
  return claims
    .filter(({ actual, expected }: Claim) => JSON.stringify(actual) !== JSON.stringify(expected))
    .map(
      ({ line, actual, expected }: Claim) => `${line}: is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`,
    );
}

type Claim = { line: number; actual: unknown; expected: unknown };

describe('examples in doc comments', () => {
  beforeAll(buildLambdas);

  test.each(examples.map((example) => [example.at, example] as const))('%s does what it says', async (_, example) => {
    expect(await run(example)).toEqual([]);
  });

  test('are there, and import the package by its name and nothing else', () => {
    expect(examples.length).toBeGreaterThan(10);
    for (const { at, code } of examples) {
      const imported = [...code.matchAll(/\bfrom '([^']+)'/g)].map(([, from]) => from!);
      const allowed = at.startsWith('lib/stacks/') ? OF_DEPLOYMENTS : ['cdk-data-mesh'];
      expect([at, ...imported.filter((from) => !allowed.includes(from))]).toEqual([at]);
    }
  });

  test('compile', () => {
    const folder = join(root, 'node_modules', `.examples-${process.pid}`);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(folder, { recursive: true });
    for (const [index, example] of examples.entries())
      writeFileSync(join(folder, `example-${index}.ts`), asProgram(example));
    const options = {
      extends: join(root, 'tsconfig.json'),
      include: [`${folder}/*.ts`],
      compilerOptions: { noUnusedLocals: false },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '--noEmit', '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test('fails when an example claims what is not so, and when it throws', async () => {
    const text = (line: string) =>
      `/**\n * @example\n * \`\`\`ts\n * import { hours } from 'cdk-data-mesh';\n * ${line}\n * \`\`\`\n */`;
    const [wrong] = examplesOf('lib/x.ts', text('hours(1).seconds; // => 60'));
    expect(wrong?.at).toBe('lib/x.ts:4');
    expect(await run(wrong!)).toEqual(['5: is 3600, not 60']);
    const [thrown] = examplesOf('lib/x.ts', text("throw new Error('no');"));
    await expect(run(thrown!)).rejects.toThrow('no');
    const [missing] = examplesOf('lib/x.ts', text("import { nope } from 'cdk-data-mesh'; nope();"));
    await expect(run(missing!)).rejects.toThrow('nope');
  });
});

describe('public exports', () => {
  test.each(['lib/index.ts', 'lib/cdk.ts'])('of %s all have a doc comment', (entry) => {
    expect(undocumentedExports(join(root, entry))).toEqual([]);
  });

  test('fails when one has none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'docs-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'index.ts'), "export * from './a.ts';\nexport { type B, c } from './b.ts';\n");
    writeFileSync(join(folder, 'a.ts'), '/** Said. */\nexport const said = 1;\nexport type Unsaid = 1;\n');
    writeFileSync(join(folder, 'b.ts'), 'export interface B {}\nexport function c() {}\nexport const hidden = 1;\n');
    expect(undocumentedExports(join(folder, 'index.ts'))).toEqual(['a.ts: Unsaid', 'b.ts: B', 'b.ts: c']);
  });
});

describe('README.md', () => {
  const readme = join(root, 'README.md');
  const blocks = markedBlocks(readFileSync(readme, 'utf8'));

  test('does what it says, block by block', { timeout: 300_000 }, () => {
    expect(blocks.length).toBeGreaterThan(10);
    ensureBuilt();
    expect(runBlocks(blocks)).toEqual([]);
  });

  test('fails when a command fails, and when it does not say what it should', () => {
    const fence = (mark: string, text: string) => `<!-- ${mark} -->\n\n\`\`\`sh\n${text}\n\`\`\`\n`;
    const markdown = [
      'Text',
      fence('file: a/b.txt', 'hello'),
      fence('test', 'cat a/b.txt\n# => hello'),
      '```sh\nfalse\n```\n',
      fence('test', 'cat a/b.txt\n# => goodbye'),
      fence('test', 'false\necho never'),
    ];
    const found = markedBlocks(markdown.join('\n'));
    expect(found.map(({ mark }) => mark.kind)).toEqual(['file', 'test', 'test', 'test']);
    const wrong = runBlocks(found);
    expect(wrong).toHaveLength(2);
    expect(wrong[0]).toMatch(/^line \d+: the output lacks `goodbye`/);
    expect(wrong[1]).toMatch(/^line \d+: ended with 1/);
  });
});

/** Runs marked blocks in order in one folder, and says what went wrong. */
function runBlocks(blocks: readonly MarkedBlock[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const mesh of ['products', 'examples']) cpSync(join(root, mesh), join(folder, mesh), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "readme", "private": true, "type": "module" }\n');
  const env = { ...process.env, MESH_HOME: join(folder, '.mesh'), NO_COLOR: '1' };
  return blocks.flatMap(({ line, mark, text }) => {
    if (mark.kind === 'file') {
      mkdirSync(dirname(join(folder, mark.path)), { recursive: true });
      writeFileSync(join(folder, mark.path), text);
      return [];
    }
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', withBuild(text)], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    const output = `${stdout}${stderr}`;
    if (status !== 0) return [`line ${line}: ended with ${status}: ${output}`];
    const expected = [...text.matchAll(/^# => (.*)$/gm)].map(([, part]) => part!);
    return expected
      .filter((part) => !output.includes(part))
      .map((part) => `line ${line}: the output lacks \`${part}\`: ${output}`);
  });
}

/** The commands of a reader, as commands of the build. */
function withBuild(text: string): string {
  const cli = `"${process.execPath}" "${join(root, 'dist/mesh.js')}"`;
  return text
    .replace(/^npm run mesh --/gm, cli)
    .replace(/^npx mesh\b/gm, cli)
    .replace(/^npm start(?: --)?/gm, `${cli} up`);
}

function ensureBuilt(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/build.mjs')], { encoding: 'utf8' });
  expect(`${status} ${stderr}`).toMatch(/^0 /);
}
