import type { Token } from '../../../../lib/model/sql/lexer.ts';
import { readSql } from '../../../../lib/model/sql/sql-outline.ts';
import { nameParts, qualifier } from './bind-names.ts';

/** A statement's tokens, and what each step of reading it needs. */
export class Statement {
  readonly tokens: readonly Token[];
  readonly partner: Int32Array;

  constructor(
    readonly text: string,
    readonly database: string,
  ) {
    const { lexed, outline } = readSql(text);
    const { tokens, problem } = lexed;
    if (problem) throw new Error(`SYNTAX_ERROR: ${problem.message}; ${problem.fix}`);
    this.tokens = tokens;
    this.partner = outline.partner;
  }

  /** Whether these words stand at a place. */
  has(at: number, ...words: readonly string[]): boolean {
    return words.every(
      (word, index) => this.tokens[at + index]?.kind !== 'name' && this.tokens[at + index]?.value === word,
    );
  }

  /** The text from one token up to another. */
  slice(start: number, end = this.tokens.length): string {
    const first = this.tokens[start];
    const last = this.tokens[end - 1];
    return first && last && end > start ? this.text.slice(first.start, last.end) : '';
  }

  /** A table's name, and the place after it. */
  table(at: number): { readonly name: string; readonly table: string; readonly next: number } {
    const kind = this.tokens[at]?.kind;
    if (kind !== 'word' && kind !== 'name') throw this.unexpected(at);
    const parts = nameParts(this.tokens, at);
    const table = parts.at(-1)!;
    return { name: `${qualifier(parts, this.database)}.${table}`, table, next: at + 2 * parts.length - 1 };
  }

  /** The next place of a word outside of brackets and CASEs, or the end. */
  find(start: number, ...words: readonly string[]): number {
    let cases = 0;
    for (let at = start; at < this.tokens.length; at += 1) {
      const { kind, value } = this.tokens[at]!;
      if (kind === 'symbol' && (value === '(' || value === '[')) at = this.partner[at]!;
      else if (kind === 'word' && cases === 0 && words.includes(value)) return at;
      else if (kind === 'word' && value === 'case') cases += 1;
      else if (kind === 'word' && value === 'end') cases -= 1;
      if (at < 0) break;
    }
    return this.tokens.length;
  }

  /** The parts of a list, at its commas. */
  list(start: number, end: number): readonly { readonly start: number; readonly end: number }[] {
    const parts: { start: number; end: number }[] = [];
    let from = start;
    for (let at = start; at < end; at += 1) {
      const { kind, value } = this.tokens[at]!;
      if (kind !== 'symbol') continue;
      if (value === '(' || value === '[') at = this.partner[at]!;
      else if (value === ',') {
        parts.push({ start: from, end: at });
        from = at + 1;
      }
    }
    return from < end ? [...parts, { start: from, end }] : parts;
  }

  unexpected(at: number): Error {
    const token = this.tokens[at];
    return new Error(`SYNTAX_ERROR: mismatched input '${token?.text ?? '<EOF>'}'`);
  }
}
