import { MeshError } from '../../../model/mesh-error.ts';
import { positionOf, type Token } from '../../../model/sql/lexer.ts';
import { RESERVED, type SqlOutline } from '../../../model/sql/sql-outline.ts';
import { combinedKind, isInterval, type Kind } from './kinds.ts';
import { macroCopies } from './prelude.ts';
import { rewriteCall } from './rewrite-call.ts';

/** A piece of the SQL that comes out, with the token of the original that it comes from. */
export interface Piece {
  /** Blanks before it, line breaks kept. */
  readonly gap: string;
  text: string;
  readonly token: number;
  /** What the engine must bind for it, in pieces. */
  cost: number;
}

// Macros copy their arguments, so nested ones multiply; past this the engine would bind for seconds.
const MAX_COST = 100_000;
// Names in Athena's SQL, reserved in DuckDB's.
const RESERVED_THERE: ReadonlySet<string> = new Set(
  `analyse analyze anti asof asymmetric at authorization binary check collate collation column columns concurrently default
  deferrable do foreign freeze generated glob ilike initially isnull lambda notnull overlaps pivot pivot_longer pivot_wider
  placing positional primary qualify references returning semi show similar struct summarize symmetric tablesample unique
  unpack unpivot variadic verbose`.split(/\s+/),
);
const VALUE_WORDS: ReadonlySet<string> = new Set(['case', 'unnest']);
const LITERALS: Readonly<Record<string, Kind | undefined>> = {
  date: 'date',
  timestamp: 'timestamp',
  bigint: 'whole',
  integer: 'whole',
  varchar: 'text',
};
const TIME_UNITS: ReadonlySet<string> = new Set(['hour', 'minute', 'second']);
const TYPED_TEXTS: ReadonlySet<string> = new Set([
  'date',
  'timestamp',
  'interval',
  'time',
  'decimal',
  'double',
  'real',
  'bigint',
  'integer',
  'varchar',
  'char',
  'json',
  'boolean',
  'x',
  'u',
  'varbinary',
]);

/**
 * Walks a query once and writes it again for DuckDB, changing only what means something else there: operators whose
 * operands must be found (`/`, `%`, `[ ]`, dates and intervals), calls and casts. All else is copied as it stands, so
 * what DuckDB does not know fails loudly there.
 */
export class Rewriter {
  out: Piece[] = [];
  at = 0;

  constructor(
    readonly text: string,
    readonly tokens: readonly Token[],
    readonly outline: SqlOutline,
  ) {}

  /** Everything up to a token: values are rewritten, what is between them is copied. */
  sequence(end: number): void {
    while (this.at < end) {
      if (this.startsValue()) this.value();
      else if (this.is('->'))
        this.refuse('`->` stands where no function takes a lambda', 'pass it to transform, filter, reduce or a match');
      else this.copy();
    }
  }

  /** The pieces of one value up to a token, without writing them yet, and its kind. */
  capture(start: number, end: number): { readonly pieces: readonly Piece[]; readonly kind: Kind | undefined } {
    const { out, at } = this;
    this.out = [];
    this.at = start;
    const kind = this.valueUpTo(end);
    const pieces = this.out;
    this.out = out;
    this.at = at;
    return { pieces, kind };
  }

  /** A value that ends at a token; its kind when nothing but the value is there. */
  valueUpTo(end: number): Kind | undefined {
    if (this.at >= end || !this.startsValue()) {
      this.sequence(end);
      return undefined;
    }
    const kind = this.value();
    if (this.at >= end) return kind;
    this.sequence(end);
    return undefined;
  }

  /** One value with its operators. */
  value(): Kind | undefined {
    let kind = this.additive();
    while (this.is('||')) {
      this.copy();
      const right = this.additive();
      kind = kind === 'text' || right === 'text' ? 'text' : undefined;
    }
    return kind;
  }

  private additive(): Kind | undefined {
    const start = this.mark();
    let kind = this.multiplicative();
    while (this.is('+') || this.is('-')) {
      const operator = this.out.length;
      this.copy();
      const right = this.multiplicative();
      if (isInterval(kind) === isInterval(right)) {
        if (kind === 'date' && right === 'date')
          this.refuse('a date is taken from a date', "write date_diff('day', from, to)");
        kind = isInterval(kind) ? (kind === right ? kind : 'time') : combinedKind(kind, right);
      } else kind = this.moved(start, operator, kind, right);
    }
    return kind;
  }

  /** A time and an interval. A date stays a date in Athena; in DuckDB it becomes a timestamp. */
  private moved(start: number, operator: number, left: Kind | undefined, right: Kind | undefined): Kind | undefined {
    const [moved, by] = isInterval(left) ? [right, left] : [left, right];
    if (moved === 'timestamp') return moved;
    const sign = this.out[operator]!.text;
    if (isInterval(left)) this.refuse('an interval comes before what it is added to', 'write the time first');
    this.wrap(start, `trino_${sign === '-' ? 'minus' : 'plus'}${by === 'time' ? '_time' : ''}(`, operator);
    return moved;
  }

  private multiplicative(): Kind | undefined {
    const start = this.mark();
    let kind = this.unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.out.length;
      const sign = this.current()!.value;
      this.copy();
      const factor = this.current();
      const right = this.unary();
      const literal = this.out.length === operator + 2 && factor?.kind === 'number' && Number(factor.value) !== 0;
      const interval = isInterval(kind) ? kind : isInterval(right) ? right : undefined;
      if (sign !== '*' && interval) {
        this.refuse('an interval is divided', 'write the shorter interval');
      }
      const floating = kind === 'double' || right === 'double';
      if (sign === '/' && kind === 'whole' && right === 'whole' && literal) this.out[operator]!.text = '//';
      else if (sign === '/' && !floating) this.wrap(start, 'trino_divide(', operator);
      else if (sign === '%' && !floating && !literal) this.wrap(start, 'trino_modulus(', operator);
      kind = interval ?? combinedKind(kind, right);
    }
    return kind;
  }

  private unary(): Kind | undefined {
    while (this.is('-') || this.is('+')) this.copy();
    return this.primary();
  }

  private primary(): Kind | undefined {
    const start = this.mark();
    let kind = this.atom();
    for (;;) {
      if (this.is('[')) this.subscript(start);
      else if (this.is('.') && this.tokens[this.at + 1]?.value !== '*') {
        this.copy();
        this.copy();
      } else return kind;
      kind = undefined;
    }
  }

  private atom(): Kind | undefined {
    const token = this.current();
    if (!token) return undefined;
    if (token.kind === 'symbol') {
      if (token.value === '(') return this.brackets();
      this.copy();
      return undefined;
    }
    if (token.kind === 'number' || token.kind === 'string') {
      this.copy();
      if (token.kind === 'string') return 'text';
      return /e/i.test(token.value) ? 'double' : token.value.includes('.') ? 'decimal' : 'whole';
    }
    const next = this.tokens[this.at + 1];
    if (token.kind === 'word' && next?.kind === 'string' && TYPED_TEXTS.has(token.value))
      return this.typedText(token, next);
    if (token.kind === 'word' && token.value === 'interval' && next?.value === '-') {
      this.refuse('the interval has its sign outside the text', "write INTERVAL '-1' DAY");
    }
    if (token.kind === 'word' && token.value === 'case') this.caseWhen();
    else if (this.outline.roles.get(this.at) === 'call') return rewriteCall(this, token);
    else if (next?.value === '(' && this.outline.roles.has(this.at)) this.listOrKeyword(token);
    else if (token.value === 'array' && next?.value === '[') this.array();
    else this.name();
    return token.kind === 'word' && (token.value === 'true' || token.value === 'false') ? 'boolean' : undefined;
  }

  private brackets(): Kind | undefined {
    const close = this.outline.partner[this.at]!;
    if (this.tokens[close + 1]?.value === '->') {
      this.refuse('a lambda stands where no function takes it', 'pass it to transform, filter, reduce or a match');
    }
    this.copy();
    const kind = this.valueUpTo(close);
    this.copy();
    return kind;
  }

  private array(): void {
    this.copy();
    const close = this.outline.partner[this.at]!;
    this.copy();
    this.sequence(close);
    this.copy();
  }

  private name(): void {
    this.copy();
    while (this.is('.')) {
      this.copy();
      this.copy();
    }
  }

  /** `t(a, b)`, `over (…)`, `in (…)`: the word is copied, and names in the list are no values. */
  private listOrKeyword(token: Token): void {
    const role = this.outline.roles.get(this.at);
    if (token.value === 'unnest' && role === 'keyword') {
      rewriteCall(this, token);
      return;
    }
    this.copy();
    if (role !== 'columns') return;
    const close = this.outline.partner[this.at]!;
    for (let at = this.at + 1; at < close; at += 1) {
      const { kind, value } = this.tokens[at]!;
      if (kind !== 'word' && kind !== 'name' && value !== ',') {
        this.at = at;
        this.refuse(`\`${token.text}(…)\` is no list of column names`, 'put only names into the brackets');
      }
    }
    while (this.at <= close) this.copy();
  }

  private caseWhen(): void {
    this.copy();
    while (this.at < this.tokens.length && !this.isWord('end')) {
      if (this.startsValue()) this.value();
      else if (this.is(')')) return;
      else this.copy();
    }
    this.copy();
  }

  private typedText(token: Token, text: Token): Kind {
    const zoned = /[a-z+]|\d-\d\d:?\d\d$/i.test(text.value);
    if (token.value === 'timestamp' && zoned) this.refuse('the timestamp has a zone', 'write it in UTC without a zone');
    if (token.value === 'decimal' || token.value === 'double') {
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.value))
        this.refuse(`${text.text} is no number`, 'write digits');
      this.skip();
      if (token.value === 'decimal') this.copy(`(${text.value})`);
      else this.copy(`CAST('${text.value}' AS DOUBLE)`);
      return token.value;
    }
    if (!['date', 'timestamp', 'interval', 'bigint', 'integer', 'varchar'].includes(token.value)) {
      this.refuse(`${token.text.toUpperCase()} '…' is not supported`, 'write a text and convert it with a function');
    }
    this.copy();
    this.copy();
    const plain = LITERALS[token.value];
    if (plain) return plain;
    if (!/^[-+]?\d+$/.test(text.value))
      this.refuse(
        `the interval ${text.text} is not supported`,
        "write a whole number and one unit: INTERVAL '36' HOUR",
      );
    if (!this.isWord('year', 'month', 'week', 'day', 'hour', 'minute', 'second'))
      this.refuse('the interval has no unit', "write INTERVAL '1' DAY");
    this.copy();
    if (this.isWord('to'))
      this.refuse('an interval of two units is not supported', "write one unit: INTERVAL '36' HOUR");
    return TIME_UNITS.has(this.tokens[this.at - 1]!.value) ? 'time' : 'interval';
  }

  private subscript(start: number): void {
    const operator = this.out.length;
    const close = this.outline.partner[this.at]!;
    const named = this.tokens[this.at + 1]?.kind === 'string';
    this.copy();
    this.sequence(close);
    this.skip();
    this.wrap(start, named ? 'trino_map_subscript(' : 'trino_subscript(', operator);
  }

  /** Turns `a ∘ b` into `macro(a, b)`. */
  wrap(start: number, macro: string, operator?: number): void {
    const first = this.out[start]!;
    first.text = macro + first.text;
    if (operator !== undefined) this.out[operator]!.text = ',';
    this.emit(')');
    this.spend(macro.slice(0, -1), start);
  }

  /** Counts what the engine must bind for a macro around everything from a mark on. */
  spend(macro: string, start: number): void {
    const copies = macroCopies(macro);
    if (copies <= 1) return;
    let cost = 0;
    for (let at = start; at < this.out.length; at += 1) cost += this.out[at]!.cost;
    this.out.at(-1)!.cost += cost * (copies - 1);
    if (cost * copies > MAX_COST)
      this.refuse('the expression is nested too deeply', 'compute its inner parts in a WITH step');
  }

  /** Writes captured pieces; more than once, if need be. */
  paste(pieces: readonly Piece[], copies = 1): void {
    let cost = 0;
    for (const piece of pieces) {
      this.out.push({ ...piece });
      cost += piece.cost;
    }
    if (cost * copies > MAX_COST) {
      this.refuse('the expression is nested too deeply', 'compute its inner parts in a WITH step');
    }
  }

  copy(text?: string): void {
    const token = this.tokens[this.at];
    if (!token) return;
    const name = token.kind === 'word' && RESERVED_THERE.has(token.value) ? `"${token.value}"` : token.text;
    this.out.push({ gap: this.gapBefore(this.at), text: text ?? name, token: this.at, cost: 1 });
    this.at += 1;
  }

  /** Leaves a token out. */
  skip(): void {
    this.at += 1;
  }

  emit(text: string, gap = ''): void {
    this.out.push({ gap, text, token: Math.max(0, Math.min(this.at, this.tokens.length) - 1), cost: 1 });
  }

  mark(): number {
    return this.out.length;
  }

  current(): Token | undefined {
    return this.tokens[this.at];
  }

  is(symbol: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'symbol' && token.value === symbol;
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'word' && words.includes(token.value);
  }

  private startsValue(): boolean {
    const token = this.tokens[this.at]!;
    if (token.kind === 'symbol') return token.value === '(' || token.value === '-' || token.value === '+';
    return token.kind !== 'word' || VALUE_WORDS.has(token.value) || !RESERVED.has(token.value);
  }

  private gapBefore(at: number): string {
    const gap = this.text.slice(this.tokens[at - 1]?.end ?? 0, this.tokens[at]!.start);
    return /--|\/\*/.test(gap) ? gap.replace(/[^\n]/g, '') || ' ' : gap;
  }

  refuse(message: string, fix: string): never {
    const token = this.tokens[Math.min(this.at, this.tokens.length - 1)];
    throw new MeshError({ code: 'sql-unsupported', message, fix, where: positionOf(this.text, token?.start ?? 0) });
  }
}
