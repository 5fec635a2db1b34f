import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { listFiles } from './source-files.ts';

/** A piece of code that documentation shows. */
export interface Example {
  /** `file:line` of its first line. */
  readonly at: string;
  readonly code: string;
}

/** A block of the README that is marked, and how. */
export interface MarkedBlock {
  /** The line of its first line. */
  readonly line: number;
  readonly mark: { readonly kind: 'test' } | { readonly kind: 'file'; readonly path: string };
  readonly text: string;
}

const EXAMPLE = /^ *\* @example\n *\* ```ts\n([\s\S]*?)^ *\* ```/gm;
const MARKED = /^<!-- (test|file: (\S+)) -->\n+```[a-z]*\n([\s\S]*?)^```/gm;

/** Every `@example` of the doc comments below `lib`. */
export function findExamples(root: string): Example[] {
  return listFiles(root, ['lib'])
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => examplesOf(path, readFileSync(join(root, path), 'utf8')));
}

export function examplesOf(path: string, text: string): Example[] {
  return [...text.matchAll(EXAMPLE)].map((match) => ({
    at: `${path}:${lineOf(text, match.index) + 2}`,
    code: match[1]!.replace(/^ *\* ?/gm, ''),
  }));
}

/** An example as a program that returns what it claims: `expression; // => value`. */
export function asProgram({ at, code }: Example): string {
  const first = Number(at.split(':').at(-1));
  const lines = code.split('\n').map((line, index) => {
    const [, expression, expected] = /^(.*?);?\s*\/\/ => (.*)$/.exec(line) ?? [];
    if (expression === undefined) return line;
    return `claims.push({ line: ${first + index}, actual: (${expression}), expected: (${expected}) });`;
  });
  return ['export const claims: { line: number; actual: unknown; expected: unknown }[] = [];', ...lines].join('\n');
}

/** The marked blocks of a Markdown text, in order. */
export function markedBlocks(markdown: string): MarkedBlock[] {
  return [...markdown.matchAll(MARKED)].map((match) => ({
    line: lineOf(markdown, match.index) + 2,
    mark: match[2] === undefined ? { kind: 'test' } : { kind: 'file', path: match[2] },
    text: match[3]!,
  }));
}

/** What `entry` exports, directly or by `export … from`, without a doc comment. */
export function undocumentedExports(entry: string): string[] {
  const text = readFileSync(entry, 'utf8');
  const own = declarations(text).filter(({ documented }) => !documented);
  const others = [...text.matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '(\.[^']+)'/gm)].flatMap(([, what, from]) => {
    const file = join(dirname(entry), from!);
    const missing = undocumentedExports(file);
    if (what === '*') return missing;
    const named = new Set(
      what!
        .replace(/[{}]|\btype\b/g, '')
        .split(',')
        .map((name) => name.trim()),
    );
    return missing.filter((each) => named.has(each.split(' ').at(-1)!));
  });
  return [...own.map(({ name }) => `${relative(dirname(entry), entry)}: ${name}`), ...others];
}

function declarations(text: string): { name: string; documented: boolean }[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, documented: lines[index - 1]?.trimEnd().endsWith('*/') ?? false }];
  });
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
