import type { FieldModel } from '../model/mesh-model.ts';
import { lexSql, type Token } from '../model/sql/lexer.ts';

/** A condition as Lake Formation takes it, or what in it Lake Formation does not take. */
export type RowFilter = { readonly filter: string } | { readonly unsupported: string };

/** Lake Formation's limit for one filter's expression. */
const LONGEST_ROW_FILTER = 2_048;

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);
/** Types of columns that Lake Formation filters by. */
const KINDS: ReadonlySet<string> = new Set(['string', 'int', 'long', 'double', 'decimal', 'boolean']);

/**
 * Says a row condition of a grant in the part of SQL that Lake Formation knows: columns compared with constants, by
 * `=`, `<`, …, `BETWEEN`, `IN`, `LIKE` and `IS NULL`, joined by `AND`, `OR` and `NOT`. A column that is true or false
 * by itself is compared with `TRUE`.
 */
export function toRowFilter(condition: string, fields: readonly FieldModel[]): RowFilter {
  const { tokens, problem } = lexSql(condition);
  if (problem) return { unsupported: problem.message };
  try {
    const filter = new Reader(tokens, fields).read();
    if (filter.length < LONGEST_ROW_FILTER) return { filter };
    return { unsupported: `it has ${filter.length} characters, of at most ${LONGEST_ROW_FILTER - 1}` };
  } catch (thrown) {
    if (thrown instanceof Unsupported) return { unsupported: thrown.message };
    throw thrown;
  }
}

class Unsupported extends Error {}

/** Reads by descent: OR, AND, NOT, one comparison. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #fields: ReadonlyMap<string, FieldModel>;
  #at = 0;

  constructor(tokens: readonly Token[], fields: readonly FieldModel[]) {
    this.#tokens = tokens;
    this.#fields = new Map(fields.map((field) => [field.name, field]));
  }

  read(): string {
    const filter = this.#or();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return filter;
  }

  #or(): string {
    return this.#joined('or', () => this.#and());
  }

  #and(): string {
    return this.#joined('and', () => this.#not());
  }

  #joined(word: 'or' | 'and', part: () => string): string {
    const parts = [part()];
    while (this.#take(word)) parts.push(part());
    return parts.length === 1 ? parts[0]! : parts.map((each) => `(${each})`).join(` ${word.toUpperCase()} `);
  }

  #not(): string {
    if (this.#take('not')) return `NOT (${this.#not()})`;
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): string {
    const column = this.#column();
    const negation = this.#take('not') ? 'NOT ' : '';
    if (this.#take('between')) {
      const from = this.#constant();
      this.#expect('and');
      return `${column.name} ${negation}BETWEEN ${from} AND ${this.#constant()}`;
    }
    if (this.#take('in')) {
      this.#expect('(');
      const values = [this.#constant()];
      while (this.#take(',')) values.push(this.#constant());
      this.#expect(')');
      return `${column.name} ${negation}IN (${values.join(', ')})`;
    }
    if (this.#take('like')) return `${column.name} ${negation}LIKE ${this.#constant()}`;
    if (negation) throw this.#unexpected();
    if (this.#take('is')) {
      const not = this.#take('not') ? 'NOT ' : '';
      this.#expect('null');
      return `${column.name} IS ${not}NULL`;
    }
    const operator = this.#peek();
    if (operator && COMPARISONS.has(operator.value)) {
      this.#at += 1;
      return `${column.name} ${operator.value === '!=' ? '<>' : operator.value} ${this.#constant()}`;
    }
    if (column.type.kind === 'boolean') return `${column.name} = TRUE`;
    throw this.#unexpected();
  }

  #column(): FieldModel {
    const token = this.#peek();
    const isName = token && (token.kind === 'word' || token.kind === 'name');
    const field = isName ? this.#fields.get(token.value.toLowerCase()) : undefined;
    if (!field) throw this.#unexpected('a comparison begins with a column of the port');
    if (!KINDS.has(field.type.kind)) {
      throw new Unsupported(`\`${field.name}\` is a ${field.type.kind}, which it does not filter by`);
    }
    this.#at += 1;
    return field;
  }

  #constant(): string {
    const token = this.#peek();
    if (token?.value === '-' && this.#tokens[this.#at + 1]?.kind === 'number') {
      this.#at += 2;
      return `-${this.#tokens[this.#at - 1]!.text}`;
    }
    const isLiteral = token?.kind === 'string' || token?.kind === 'number';
    const isTruth = token?.kind === 'word' && (token.value === 'true' || token.value === 'false');
    if (!isLiteral && !isTruth) throw this.#unexpected('a column is compared with a constant');
    this.#at += 1;
    return isTruth ? token.value.toUpperCase() : token!.text;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(value: string): boolean {
    const token = this.#peek();
    if (token?.value !== value || (token.kind !== 'word' && token.kind !== 'symbol')) return false;
    this.#at += 1;
    return true;
  }

  #expect(value: string): void {
    if (!this.#take(value)) throw this.#unexpected(`\`${value.toUpperCase()}\` is expected`);
  }

  #unexpected(why = 'it knows comparisons with constants, BETWEEN, IN, LIKE, IS NULL, AND, OR and NOT'): Unsupported {
    const token = this.#peek();
    return new Unsupported(`${token ? `\`${token.text}\`` : 'its end'}: ${why}`);
  }
}
