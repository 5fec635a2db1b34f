import { basename } from 'node:path';

const LONGEST_FILE = 400;
const SHORT_FILE = 100;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
/** SQL is named by what it makes, and ports are snake_case. */
const SQL_NAME = /^[a-z0-9]+([-_][a-z0-9]+)*\.sql$/;
/** Python's modules are snake_case: a hyphen can't be imported. */
const PYTHON_NAME = /^([a-z0-9]+(_[a-z0-9]+)*|__init__|__main__)\.py$/;
const NOBODYS_NAMES = /(^|[-_.])(utils?|common|helpers?|manager|base|misc|shared)([-_.]|$)/;
/** `any` where a type stands; assembled so that this file does not break its own rule. */
const ANY = /(?::|\bas|[<|&,(]|=>)\s*any\b(?=\s*[[\]>;,)=|&{]|\s*$)/m;
const UNRUN_TEST = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo|skipIf)\b/;
const LEFT_FOR_LATER = /\b(?:TODO|FIXME|HACK)\b/;

/** A file as the rules see it. */
export interface RuledFile {
  readonly path: string;
  readonly text: string;
}

/** What is wrong with each file by the rules of style, as `file: what`. */
export function fileProblems(files: readonly RuledFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const name = basename(path);
    const lines = countLines(text);
    const isTest = path.startsWith('test/');
    const wrong = [
      lines > LONGEST_FILE && isCode(path) && `has ${lines} lines; split it beyond ${LONGEST_FILE}`,
      isPython(path) && !PYTHON_NAME.test(name) && 'is not snake_case',
      !isPython(path) && !NAME.test(name) && !SQL_NAME.test(name) && name !== 'README.md' && 'is not kebab-case',
      NOBODYS_NAMES.test(name) && 'has a name that says nothing',
      isCode(path) && !isPython(path) && ANY.test(withoutTexts(text)) && 'uses `any`',
      isTest && UNRUN_TEST.test(withoutTexts(text)) && 'has a test that does not run',
      LEFT_FOR_LATER.test(text) && !path.endsWith('file-rules.ts') && 'leaves something for later',
    ];
    return wrong.filter((each) => each !== false).map((each) => `${path}: ${each}`);
  });
}

/** The share of code files that are short. */
export function shareOfShort(files: readonly RuledFile[]): number {
  const code = files.filter(({ path }) => isCode(path));
  return code.filter(({ text }) => countLines(text) < SHORT_FILE).length / code.length;
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function isCode(path: string): boolean {
  return /\.(ts|tsx|mjs|js|py)$/.test(path);
}

function isPython(path: string): boolean {
  return path.endsWith('.py');
}

/** Code without comments and without what stands in quotes, roughly: neither is a type or a call. */
function withoutTexts(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
