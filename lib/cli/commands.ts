import type { CommandModule } from './command.ts';

/** A verb as `mesh --help` lists it. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly default: CommandModule<never> }>;
}

/** Every verb, in the order in which a newcomer meets them. */
export const VERBS: readonly Verb[] = [
  {
    name: 'up',
    summary: 'build what changed, serve the API and the page, watch',
    load: () => import('./commands/up.ts'),
  },
  {
    name: 'build',
    summary: 'run products in order, verify and publish them',
    load: () => import('./commands/build.ts'),
  },
  {
    name: 'check',
    summary: 'check declarations, contracts and SQL; reads no data',
    load: () => import('./commands/check.ts'),
  },
  { name: 'test', summary: "run products' cases.yaml", load: () => import('./commands/test.ts') },
  { name: 'seed', summary: 'generate operational data', load: () => import('./commands/seed.ts') },
  { name: 'query', summary: 'read ports with SQL, or one port by name', load: () => import('./commands/query.ts') },
  { name: 'show', summary: 'show a product, or one of its ports', load: () => import('./commands/show.ts') },
  { name: 'search', summary: 'find products, ports and fields', load: () => import('./commands/search.ts') },
  {
    name: 'lineage',
    summary: 'show what a port or column is made of, or feeds',
    load: () => import('./commands/lineage.ts'),
  },
  {
    name: 'status',
    summary: 'show what is published, since when, and how well',
    load: () => import('./commands/status.ts'),
  },
  { name: 'init', summary: 'begin a mesh', load: () => import('./commands/init.ts') },
  { name: 'add', summary: 'add a product from a file: `add product FILE`', load: () => import('./commands/add.ts') },
  { name: 'doctor', summary: 'look at the set-up and say what to mend', load: () => import('./commands/doctor.ts') },
  {
    name: 'completion',
    summary: 'print shell completion for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
];

/** Options that every verb takes; those with a value say its name. */
export const GLOBAL_OPTIONS = [
  { flags: '--mesh <file>', description: 'the mesh: its mesh.ts, or the folder of it' },
  { flags: '--home <dir>', description: "where local state is (MESH_HOME); .mesh in the mesh's package" },
  { flags: '--json', description: 'answer in JSON' },
  { flags: '--as <principal>', description: 'read as `team:<name>` instead of as operator' },
  { flags: '--purpose <purpose>', description: 'why you read; a grant names the same' },
  { flags: '--as-of <time>', description: 'read the mesh as it stood at that time' },
] as const;
