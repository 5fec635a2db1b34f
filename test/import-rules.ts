import type { SourceFile, SourceImport } from './source-files.ts';

/** Who may import whom. `anything` is every file of the project. */
interface Layer {
  readonly may: readonly string[] | 'anything';
  /** Of these it may import types, and nothing that runs. */
  readonly types?: readonly string[];
}

export const LAYERS: { readonly [folder: string]: Layer } = {
  'lib/index.ts': { may: ['lib/model'] },
  'lib/cdk.ts': { may: ['lib/deploy', 'lib/stacks'] },
  'lib/model': { may: [] },
  'lib/governance': { may: ['lib/model'] },
  'lib/ports': { may: ['lib/model'] },
  'lib/loader': { may: ['lib/model'], types: ['lib/flow'] },
  'lib/standards': { may: ['lib/model'] },
  'lib/flow': { may: ['lib/model', 'lib/governance', 'lib/ports'] },
  'lib/adapters/local': { may: ['lib/model', 'lib/ports'], types: ['lib/flow'] },
  'lib/adapters/aws': { may: ['lib/model', 'lib/ports'], types: ['lib/flow'] },
  'lib/stacks': { may: ['lib/model', 'lib/governance', 'lib/adapters/aws'] },
  'lib/api': { may: ['lib/flow', 'lib/ports', 'lib/model', 'lib/governance', 'lib/standards'] },
  'lib/cli': { may: 'anything' },
  'lib/deploy': { may: 'anything' },
  lambdas: { may: ['lib/flow', 'lib/ports', 'lib/adapters/aws', 'lib/api', 'lib/model'] },
  portal: { may: [], types: ['lib/api'] },
  products: { may: ['lib/index.ts'] },
  examples: { may: ['lib/index.ts'] },
  bin: { may: 'anything' },
  bench: { may: 'anything' },
  test: { may: 'anything' },
};

/** Where each package may be imported; one that is not here may be imported nowhere. Tests and benches are free. */
export const PACKAGES: { readonly [name: string]: readonly string[] } = {
  '@duckdb/node-api': ['lib/adapters/local'],
  libsql: ['lib/adapters/local'],
  '@polyglot-sql/sdk': ['lib/model/sql', 'lib/adapters/local/sql'],
  zod: ['lib/model/model-schema.ts', 'lib/loader', 'lib/api'],
  hono: ['lib/api', 'lib/cli'],
  '@hono/node-server': ['lib/api', 'lib/cli'],
  '@hono/zod-openapi': ['lib/api'],
  minisearch: ['lib/api'],
  esbuild: ['lib/loader', 'lib/cli/commands/doctor.ts', 'bin'],
  yaml: ['lib/loader', 'lib/cli'],
  commander: ['lib/cli', 'bin'],
  picocolors: ['lib/cli'],
  '@aws-sdk': ['lib/adapters/aws'],
  '@aws/durable-execution-sdk-js': ['lib/adapters/aws'],
  hyparquet: ['lib/adapters/aws/rows'],
  'hyparquet-compressors': ['lib/adapters/aws/rows'],
  'hyparquet-writer': ['lib/adapters/aws/rows'],
  'lossless-json': ['lib/adapters/aws'],
  'aws-cdk-lib': ['lib/stacks', 'bin/app.ts'],
  constructs: ['lib/stacks', 'bin/app.ts'],
  'cdk-data-mesh': ['products', 'examples', 'lib/cli'],
};

/** Packages that no command of the CLI loads: stacks have them as peers, the code of functions is bundled with them. */
export const ON_AWS_ONLY = [
  '@aws-sdk',
  '@aws/durable-execution-sdk-js',
  'aws-cdk-lib',
  'constructs',
  'hyparquet',
  'hyparquet-compressors',
  'hyparquet-writer',
  'lossless-json',
];

/** Packages that take long to load: nothing loads them before it needs them. */
export const HEAVY = [
  '@duckdb/node-api',
  'libsql',
  '@polyglot-sql/sdk',
  'zod',
  'hono',
  '@hono/zod-openapi',
  'esbuild',
  'yaml',
];

const FREE = ['bench', 'test'];

/** Imports that the tables forbid, as `file → what`. */
export function forbiddenImports(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter((each) => !each.to.startsWith('node:') && !isAllowed(path, each))
      .map(({ to, kind }) => `${path} → ${to}${kind === 'type' ? ' (type)' : ''}`),
  );
}

/** Cycles of imports that run at once, each as the files it goes through. */
export function importCycles(sources: readonly SourceFile[]): string[] {
  const edges = new Map(
    sources.map(({ path, imports }) => [path, imports.filter(({ kind }) => kind === 'value').map(({ to }) => to)]),
  );
  return findCycles(edges);
}

/** Cycles between layers, by any import, lazy ones and types included. */
export function layerCycles(sources: readonly SourceFile[]): string[] {
  const edges = new Map<string, string[]>();
  for (const { path, imports } of sources) {
    const from = layerOf(path);
    if (from === undefined || FREE.includes(from)) continue;
    const to = imports.filter(({ isPackage }) => !isPackage).map((each) => layerOf(each.to));
    const others = to.filter((layer): layer is string => layer !== undefined && layer !== from);
    edges.set(from, [...(edges.get(from) ?? []), ...others]);
  }
  return findCycles(edges);
}

export function layerOf(path: string): string | undefined {
  return Object.keys(LAYERS).find((layer) => path === layer || path.startsWith(`${layer}/`));
}

function isAllowed(path: string, { to, kind, isPackage }: SourceImport): boolean {
  const from = layerOf(path);
  if (from === undefined) return false;
  if (FREE.includes(from)) return true;
  if (isPackage) return (PACKAGES[to] ?? PACKAGES[to.split('/')[0]!] ?? []).some((place) => isBelow(path, place));
  const target = layerOf(to);
  const { may, types = [] } = LAYERS[from]!;
  if (target === from) return true;
  if (may === 'anything') return target !== undefined && !FREE.includes(target);
  if (target === undefined) return false;
  if (from === 'lib/stacks' && target === 'lib/adapters/aws' && !to.endsWith('.binding.ts')) return false;
  return may.includes(target) || (kind === 'type' && types.includes(target));
}

function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (at: string, path: readonly string[]) => {
    const start = path.indexOf(at);
    if (start >= 0) cycles.push([...path.slice(start), at].join(' → '));
    if (start >= 0 || done.has(at)) return;
    for (const next of edges.get(at) ?? []) visit(next, [...path, at]);
    done.add(at);
  };
  for (const at of edges.keys()) visit(at, []);
  return cycles;
}
