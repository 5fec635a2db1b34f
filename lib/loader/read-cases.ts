import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { TestCase } from '../flow/test-case.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { listNames } from '../model/list-names.ts';
import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import { readText } from './read-text.ts';

/** The file of a product's cases, beside the product's own. */
const CASES_FILE = 'cases.yaml';

/** A case with the line it begins on. */
export interface ReadCase {
  readonly case: TestCase;
  readonly file: string;
  readonly line: number;
}

const KEYS = ['case', 'given', 'expect', 'findings'];

/**
 * The cases of a product; none when it has no file of cases.
 *
 * @throws MeshError with every problem of the file.
 */
export function readCases(folder: string, { id, file }: ProductModel): readonly ReadCase[] {
  if (file === undefined) return [];
  const path = posix.join(posix.dirname(file), CASES_FILE);
  if (!existsSync(join(folder, path))) return [];
  const text = readText(folder, path, id);
  if (typeof text !== 'string') throw invalid([text], path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: false });
  const problems: Problem[] = [];
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { product: id, file: path, line, column: col };
  };
  const add = (offset: number, message: string, fix: string) =>
    problems.push({ code: 'invalid-cases', message, where: place(offset), fix });
  for (const { message, pos } of document.errors) add(pos[0], message.split(' at line ')[0]!, 'correct the YAML');
  if (problems.length > 0) throw invalid(problems, path);
  const { contents } = document;
  if (contents === null) return [];
  const cases: ReadCase[] = [];
  for (const node of isSeq(contents) ? contents.items : [contents as unknown]) {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    const value = isNode(node) ? (node as Node).toJS(document) : node;
    const before = problems.length;
    if (!isSeq(contents) || !isMap(node)) {
      add(offset, 'is no case', 'write a list of `- case: …` with `given` and `expect`');
      continue;
    }
    for (const key of Object.keys(value)) {
      if (!KEYS.includes(key))
        add(offset, `unknown property \`${key}\`${didYouMean(key, KEYS)}`, `use ${listNames(KEYS)}`);
    }
    checkCase(value, (message, fix) => add(offset, message, fix));
    if (problems.length === before) cases.push({ case: value as TestCase, file: path, line: place(offset).line });
  }
  if (problems.length > 0) throw invalid(problems, path);
  return cases;
}

function checkCase(value: { [key: string]: unknown }, add: (message: string, fix: string) => void): void {
  if (typeof value.case !== 'string') add('has no name', 'begin it with `case: what it shows`');
  const rows = (key: string, isNeeded: boolean) => {
    const given = value[key];
    if (given === undefined && !isNeeded) return;
    const isRows = (each: unknown) => Array.isArray(each) && each.every(isObject);
    if (!isObject(given)) add(`\`${key}\` is missing or no object`, `write \`${key}:\` with rows by name`);
    else {
      for (const [name, each] of Object.entries(given)) {
        if (!isRows(each)) add(`\`${key}.${name}\` is no list of rows`, `write \`${name}: [{ field: value }]\``);
      }
    }
  };
  rows('given', true);
  rows('expect', value.findings === undefined);
  if (value.findings === undefined) return;
  const isFinding = (each: unknown) => isObject(each) && typeof each.port === 'string' && typeof each.rule === 'string';
  if (!Array.isArray(value.findings) || !value.findings.every(isFinding)) {
    add('`findings` is no list of findings', 'write `findings: [{ port: …, rule: …, count: 1 }]`');
  }
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problems: readonly Problem[], file: string): MeshError {
  const fix = 'correct the cases';
  return new MeshError({ code: 'invalid-cases', message: `${file} can't be read`, fix, where: { file }, problems });
}
