import { nearest } from '../model/did-you-mean.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { DataMeshProps } from '../stacks/data-mesh.ts';

/** What the app of a mesh is told through the CDK's context. */
export interface AppSettings
  extends Pick<
    DataMeshProps,
    'environment' | 'account' | 'region' | 'removal' | 'budgets' | 'notifications' | 'principals' | 'admins'
  > {
  /** The mesh's file. */
  readonly mesh: string;
  /** Ids of the only products to deploy, without the mesh's own stack. */
  readonly products?: readonly string[];
  /** Buckets that earlier deployments kept, by the id of the product that takes each back. */
  readonly buckets?: { readonly [product: string]: string };
  /** See `DataProductProps`. */
  readonly settleSeconds?: number;
}

/** What the context may say of a deployment. */
export const SETTING_NAMES = [
  'environment',
  'environments',
  'mesh',
  'products',
  'account',
  'region',
  'removal',
  'budgets',
  'notifications',
  'principals',
  'admins',
  'buckets',
  'settleSeconds',
] as const;

type Found = { readonly [name: string]: unknown };

/**
 * Reads the settings: those of `environments.<environment>` in cdk.json, and over them what `-c NAME=VALUE` says. Lists
 * are separated by commas; `budgets` is written `orders=100,users=50`, and `buckets` alike. `given` names all context
 * that there is: the CDK, and other tools, have some of their own.
 *
 * @throws MeshError naming the setting that can't be read, or that looks like a slip of the keyboard.
 */
export function readAppSettings(context: (name: string) => unknown, given: readonly string[] = []): AppSettings {
  checkNames(given, SETTING_NAMES, 'setting');
  const environment = readText('environment', context('environment')) ?? 'dev';
  const environments = (context('environments') ?? {}) as { readonly [name: string]: Found | undefined };
  const ofEnvironment = environments[environment] ?? {};
  checkNames([environment], Object.keys(environments), 'environment');
  checkNames(Object.keys(ofEnvironment), SETTING_NAMES, 'setting');
  const find = (name: string) => context(name) ?? ofEnvironment[name];
  return {
    environment,
    mesh: readText('mesh', find('mesh')) ?? 'products/mesh.ts',
    products: readList('products', find('products')),
    account: readText('account', find('account')),
    region: readText('region', find('region')),
    removal: readRemoval(find('removal')),
    budgets: readBudgets(find('budgets')),
    notifications: readList('notifications', find('notifications')),
    principals: find('principals') as AppSettings['principals'],
    admins: readList('admins', find('admins')),
    buckets: readBuckets(find('buckets')),
    settleSeconds: readSeconds('settleSeconds', find('settleSeconds')),
  };
}

/** Refuses what is nearly a known name: it would be left out without a word. */
function checkNames(given: readonly string[], known: readonly string[], what: 'setting' | 'environment'): void {
  for (const name of given) {
    const meant = known.includes(name) ? undefined : nearest(name, known);
    if (meant === undefined) continue;
    throw new MeshError({
      code: what === 'setting' ? 'unknown-setting' : 'unknown-environment',
      kind: 'usage',
      message: `there is no ${what} \`${name}\``,
      fix: `write \`${meant}\`, in cdk.json or after \`-c\``,
    });
  }
}

function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value || undefined;
  throw unreadable(name, value, 'write a text');
}

function readList(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  if (Array.isArray(items) && items.every((item) => typeof item === 'string' && item !== '')) return items;
  throw unreadable(name, value, `write \`-c ${name}=one,two\``);
}

function readSeconds(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw unreadable(name, value, 'write whole seconds');
}

function readRemoval(value: unknown): AppSettings['removal'] {
  if (value === undefined || value === 'retain' || value === 'destroy') return value;
  throw unreadable('removal', value, 'write `retain` or `destroy`');
}

function readBuckets(value: unknown): AppSettings['buckets'] {
  if (value === undefined) return undefined;
  const entries = typeof value === 'string' ? value.split(',').map((each) => each.split('=')) : Object.entries(value!);
  const isPair = ([product, bucket]: readonly unknown[]) =>
    product !== '' && typeof bucket === 'string' && bucket !== '';
  if (entries.every(isPair)) return Object.fromEntries(entries);
  throw unreadable('buckets', value, 'write buckets by product, `-c buckets=orders/orders=the-bucket`');
}

function readBudgets(value: unknown): AppSettings['budgets'] {
  if (value === undefined) return undefined;
  const entries = typeof value === 'string' ? value.split(',').map((each) => each.split('=')) : Object.entries(value!);
  const budgets = entries.map(([domain, dollars]) => [domain, Number(dollars)] as const);
  if (budgets.every(([, dollars]) => dollars > 0)) return Object.fromEntries(budgets);
  throw unreadable('budgets', value, 'write dollars a month by domain, `-c budgets=orders=100,users=50`');
}

function unreadable(name: string, value: unknown, fix: string): MeshError {
  return new MeshError({
    code: 'invalid-setting',
    kind: 'usage',
    message: `the setting \`${name}\` is \`${JSON.stringify(value)}\``,
    fix,
  });
}
