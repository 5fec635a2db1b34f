import { OPERATIONS, type Support } from '../lib/ports/support.ts';

const WORDS = { full: 'yes', 'not-implemented': 'not yet', unsupported: 'no' };

/** What each target can do, as Markdown. */
export function supportTable(targets: { readonly [name: string]: Support }): string {
  const names = Object.keys(targets);
  return [
    `| | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...OPERATIONS.map((operation) => {
      const answers = names.map((name) => WORDS[targets[name]![operation]]);
      return `| \`${operation}\` | ${answers.join(' | ')} |`;
    }),
  ].join('\n');
}
