import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileProblems, shareOfShort } from './file-rules.ts';
import {
  forbiddenImports,
  HEAVY,
  importCycles,
  LAYERS,
  layerCycles,
  layerOf,
  ON_AWS_ONLY,
  PACKAGES,
} from './import-rules.ts';
import { listFiles, loadedWith, readSources } from './source-files.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const FOLDERS = ['lib', 'bin', 'products', 'examples', 'portal', 'lambdas', 'bench', 'test'];
const sources = await readSources(root, FOLDERS);
const files = listFiles(root, FOLDERS)
  .filter((path) => /\.(ts|tsx|mjs|js|py|sql|yaml|md)$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

describe('imports', () => {
  test('go only where the architecture says', () => {
    expect(forbiddenImports(sources)).toEqual([]);
  });

  test('never go round in a circle, neither between files nor between folders', () => {
    expect(importCycles(sources)).toEqual([]);
    expect(layerCycles(sources)).toEqual([]);
  });

  test('of every package of package.json are ruled, and no others', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const ruled = Object.keys(PACKAGES).filter((name) => ![...ON_AWS_ONLY, 'cdk-data-mesh'].includes(name));
    expect(ruled.sort()).toEqual(Object.keys(dependencies).sort());
  });

  test.each(['bin/mesh.ts', 'lib/index.ts', 'lib/flow/build.ts', 'lib/loader/load-model.ts'])(
    'load nothing heavy with %s',
    (start) => {
      const loaded = loadedWith(sources, start);
      expect(loaded.size).toBeGreaterThan(1);
      expect(HEAVY.filter((name) => loaded.has(name))).toEqual([]);
    },
  );

  test.each(['bin/mesh.ts', 'lib/index.ts'])('load nothing of AWS with %s, not even lazily', (start) => {
    const reached = loadedWith(sources, start, { lazily: true });
    expect(reached.size).toBeGreaterThan(10);
    expect(
      [...reached].filter((each) => ON_AWS_ONLY.some((name) => each === name || each.startsWith(`${name}/`))),
    ).toEqual([]);
    expect([...reached].filter((each) => /^lib\/(adapters\/aws|stacks|deploy)\//.test(each))).toEqual([]);
  });

  test('put every file into a folder that is ruled', () => {
    expect(sources.filter(({ path }) => layerOf(path) === undefined).map(({ path }) => path)).toEqual([]);
    expect(Object.keys(LAYERS)).toContain('lib/model');
  });
});

describe('files', () => {
  test('are as the style says', () => {
    expect(fileProblems(files)).toEqual([]);
  });

  test('are short, at least half of them', () => {
    expect(shareOfShort(files)).toBeGreaterThanOrEqual(0.5);
  });
});

/** The rules themselves, held against a project that breaks each of them. */
describe('a project that breaks the rules', () => {
  async function read(texts: { [path: string]: string }) {
    const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return readSources(folder, FOLDERS);
  }

  test('fails when an import goes where it must not', async () => {
    const found = await read({
      'lib/model/field.ts': "import { run } from '../flow/run.ts';\nimport 'zod';\nexport const field = run;",
      'lib/flow/run.ts':
        "import { local } from '../adapters/local/engine.ts';\nexport const run = local;\nexport type Run = 1;",
      'lib/adapters/local/engine.ts':
        "import type { Run } from '../../flow/run.ts';\nimport '@duckdb/node-api';\nexport const local: Run = 1;",
      'lib/adapters/local/uses-flow.ts': "import { run } from '../../flow/run.ts';\nexport const uses = run;",
      'lib/api/serve.ts': "const lazily = () => import('@duckdb/node-api');\nexport { lazily };\nimport 'left-pad';",
      'lib/governance/types.ts': "export type { Run } from '../flow/run.ts';",
      'products/a/b/product.ts': "import { field } from '../../../lib/model/field.ts';\nexport default field;",
      'bin/mesh.ts': "import '../test/fixture.ts';",
      'test/fixture.ts': '',
    });
    expect(forbiddenImports(found).sort()).toEqual(
      [
        'lib/model/field.ts → lib/flow/run.ts',
        'lib/model/field.ts → zod',
        'lib/flow/run.ts → lib/adapters/local/engine.ts',
        'lib/adapters/local/uses-flow.ts → lib/flow/run.ts',
        'lib/api/serve.ts → @duckdb/node-api',
        'lib/api/serve.ts → left-pad',
        'lib/governance/types.ts → lib/flow/run.ts (type)',
        'products/a/b/product.ts → lib/model/field.ts',
        'bin/mesh.ts → test/fixture.ts',
      ].sort(),
    );
    expect(layerCycles(found)).not.toEqual([]);
  });

  test('fails when files import each other, unless it is types alone', async () => {
    const found = await read({
      'lib/model/a.ts': "import { b } from './b.ts';\nexport const a = b;\nexport type A = 1;",
      'lib/model/b.ts': "import { c } from './c.ts';\nexport const b = c;",
      'lib/model/c.ts': "import { a } from './a.ts';\nexport const c = () => a;",
      'lib/model/d.ts': "import type { A } from './e.ts';\nexport type D = A;\nexport const d = 1;",
      'lib/model/e.ts': "import { d } from './d.ts';\nexport type A = typeof d;\nexport const e = d;",
    });
    expect(importCycles(found)).toEqual(['lib/model/a.ts → lib/model/b.ts → lib/model/c.ts → lib/model/a.ts']);
  });

  test('fails when something heavy is loaded at once, and not when it is lazily', async () => {
    const found = await read({
      'bin/mesh.ts': "import '../lib/cli/main.ts';",
      'lib/cli/main.ts': "import '../loader/now.ts';\nexport const later = () => import('../loader/later.ts');",
      'lib/loader/now.ts': "import 'esbuild';",
      'lib/loader/later.ts': "import 'zod';",
    });
    expect(HEAVY.filter((name) => loadedWith(found, 'bin/mesh.ts').has(name))).toEqual(['esbuild']);
  });

  test('fails when a file is too long, ill named, untyped, unrun or unfinished', () => {
    const later = ['TO', 'DO'].join('');
    const unrun = ['test', 'only'].join('.');
    const texts = {
      'lib/model/long.ts': 'x\n'.repeat(401),
      'lib/model/fitting.ts': 'x\n'.repeat(400),
      'test/aws/long.py': 'x\n'.repeat(401),
      'test/aws/fitting_well.py': 'said: any = 1\n'.repeat(400),
      'test/aws/kebab-case.py': '',
      'test/aws/lake_utils.py': '',
      'lib/model/CamelCase.ts': '',
      'lib/flow/run-utils.ts': '',
      'lib/flow/base.ts': '',
      'lib/flow/database.ts': '',
      'products/a/b/daily_rates.sql': '',
      'lib/ports/loose.ts': 'export const loose: any = 1;',
      'lib/ports/loosely.ts': 'export const loosely = 1 as any;',
      'lib/ports/lists.ts': 'export function lists(of: any[]): Map<string, any> { return of; }',
      'lib/ports/said.ts': "/** takes any: value */ export const said = 'as any;';",
      'lib/ports/later.ts': `// ${later}: this`,
      'test/unrun.test.ts': `${unrun}('x', () => {});`,
    };
    const found = fileProblems(Object.entries(texts).map(([path, text]) => ({ path, text })));
    expect(found.map((each) => each.split(':')[0])).toEqual([
      'lib/model/long.ts',
      'test/aws/long.py',
      'test/aws/kebab-case.py',
      'test/aws/lake_utils.py',
      'lib/model/CamelCase.ts',
      'lib/flow/run-utils.ts',
      'lib/flow/base.ts',
      'lib/ports/loose.ts',
      'lib/ports/loosely.ts',
      'lib/ports/lists.ts',
      'lib/ports/later.ts',
      'test/unrun.test.ts',
    ]);
    expect(
      shareOfShort([
        { path: 'a.ts', text: 'x\n'.repeat(100) },
        { path: 'b.ts', text: 'x\n'.repeat(99) },
      ]),
    ).toBe(0.5);
  });
});
