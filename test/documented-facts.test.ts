import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PRICE_TABLES, priceSentence } from '../bench/price-table.ts';
import { support as aws } from '../lib/adapters/aws/support.ts';
import { support as local } from '../lib/adapters/local/support.ts';
import { SETTING_NAMES } from '../lib/deploy/app-settings.ts';
import { pascalCase } from '../lib/stacks/pascal-case.ts';
import { listFiles } from './source-files.ts';
import { supportTable } from './support-table.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const codeOf = (...folders: string[]) =>
  listFiles(root, folders)
    .filter((path) => path.endsWith('.ts'))
    .map(read)
    .join('\n');

/** The paragraph or table after a mark. */
function marked(text: string, mark: string): string | undefined {
  return text.split(`<!-- ${mark} -->\n`)[1]?.replace(/^\n/, '').split('\n\n')[0];
}

describe('README.md', () => {
  const readme = read('README.md');

  test('says of each target what it can do', () => {
    expect(marked(readme, 'support')).toBe(supportTable({ local, AWS: aws }));
  });

  test('says what a product costs as the price function does', () => {
    expect(marked(readme, 'price')?.replaceAll('\n', ' ')).toContain(priceSentence());
  });
});

describe('docs/aws.md', () => {
  const page = read('docs/aws.md');

  test.each(Object.entries(PRICE_TABLES))('has the figures of the price function: %s', (name, table) => {
    expect(marked(page, `figures: ${name}`)).toBe(table());
  });

  test('lists every setting of the app', () => {
    const rows = marked(page, 'settings')?.split('\n').slice(2) ?? [];
    const names = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    expect(names.sort()).toEqual(SETTING_NAMES.filter((name) => name !== 'environments').sort());
  });

  test('explains errors that exist', () => {
    const code = codeOf('lib', 'lambdas', 'bin');
    const [, errors = ''] = page.split('## When something goes wrong');
    const codes = [...errors.matchAll(/^\| ((?:`[a-z]+(?:-[a-z]+)*`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
      cell!.split(', ').map((each) => each.replaceAll('`', '')),
    );
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((each) => !code.includes(`'${each}'`))).toEqual([]);
  });

  test('names permissions of the deployer for every service that the stacks use, without wildcards', () => {
    const policy = JSON.parse(/<!-- policy -->\n```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '{}') as Policy;
    const actions = policy.Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    const modules = [...codeOf('lib/stacks').matchAll(/from 'aws-cdk-lib\/aws-([a-z0-9-]+)'/g)].map(
      ([, name]) => name!,
    );
    const prefixes = new Set(actions.map((action) => action.split(':')[0]!));
    expect([...new Set(modules)].filter((name) => !prefixes.has(name))).toEqual([]);
  });

  test.each([...page.matchAll(/\]\((?!http|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, path]) => path!))(
    'links to %s, which is there',
    (path) => {
      expect(existsSync(join(root, 'docs', path))).toBe(true);
    },
  );

  test('links to headings that are there', () => {
    const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, to]) => to!);
    expect(links.filter((to) => !headings.includes(to))).toEqual([]);
  });
});

test.each(['README.md', 'docs/aws.md'])('%s names stacks and places of drops that Opetence has', (file) => {
  const declarations = listFiles(root, ['products']).filter((path) => path.endsWith('/product.ts'));
  const stacks = declarations.map((path) => pascalCase(`opetence/${path.split('/').slice(1, 3).join('/')}`));
  const places = [
    ...declarations
      .map(read)
      .join('\n')
      .matchAll(/\bpath: '([^']+)'/g),
  ].map(([, path]) => path);
  const text = read(file);
  const told = [...text.matchAll(/npx cdk (?:deploy|destroy) ([A-Za-z]\S*?)[\s`]/g)].map(([, stack]) => stack!);
  const dropped = [...text.matchAll(/s3:\/\/BUCKET\/landing\/(\S+?)\/[\s`]/g)].map(([, place]) => place);
  expect([told.length, dropped.length]).not.toContain(0);
  expect(told.filter((stack) => !stacks.includes(stack))).toEqual([]);
  expect(dropped.filter((place) => !places.includes(place))).toEqual([]);
});

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}
