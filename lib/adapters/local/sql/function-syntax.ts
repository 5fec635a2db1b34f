import { rewriteDate, topLevelWord } from './cast-syntax.ts';
import { strftimePattern } from './date-pattern.ts';
import { hasOptionalGroup } from './optional-group.ts';
import type { Rewriter } from './rewriter.ts';
import { rewriteUnnest } from './unnest-syntax.ts';
import { callArguments, callAs, writeArgument, writeModifiers } from './write-call.ts';

type Syntax = (rewriter: Rewriter) => void;

/** The rule for a function whose arguments are written otherwise in DuckDB, if it has one. */
export function functionSyntax(name: string): Syntax | undefined {
  return Object.hasOwn(SYNTAX, name) ? SYNTAX[name] : undefined;
}

const SYNTAX: Readonly<Record<string, Syntax>> = {
  unnest: rewriteUnnest,
  concat,
  date_format: (rewriter) => withPattern(rewriter, 'strftime'),
  date_parse: (rewriter) => withPattern(rewriter, 'strptime'),
  date: rewriteDate,
  date_add: dateAdd,
  date_diff: (rewriter) => withUnit(rewriter, 'date_sub', 'date_sub'),
  date_trunc: (rewriter) => withUnit(rewriter, 'trino_date_trunc', 'trino_time_trunc'),
  extract,
  listagg,
  position,
  reduce,
  regexp_extract: (rewriter) => withGroup(rewriter, 'trino_regexp_extract'),
  regexp_extract_all: (rewriter) => withGroup(rewriter, 'regexp_extract_all'),
  substring,
  trim,
  any_match: (rewriter) => match(rewriter, 'trino_any_match'),
  all_match: (rewriter) => match(rewriter, 'trino_all_match'),
  none_match: (rewriter) => match(rewriter, 'trino_none_match'),
  current_date: (rewriter) => rewriter.copy('current_date'),
  current_timestamp: clock('now()'),
  localtimestamp: clock('CAST(now() AS TIMESTAMP)'),
};

function clock(duckdb: string): Syntax {
  return (rewriter) => {
    rewriter.copy(duckdb);
    if (!rewriter.is('(')) return;
    while (!rewriter.is(')')) rewriter.skip();
    rewriter.skip();
  };
}

/** `||` is NULL when a part is; DuckDB's `concat` skips it. */
function concat(rewriter: Rewriter): void {
  rewriter.copy('(');
  const { close, starts } = callArguments(rewriter);
  if (starts.length < 2) rewriter.refuse('concat takes two or more values', 'give it another');
  starts.forEach((start, index) => {
    rewriter.at = start;
    rewriter.emit(index === 0 ? '(' : '|| (', index === 0 ? '' : ' ');
    rewriter.sequence((starts[index + 1] ?? close + 1) - 1);
    rewriter.emit(')');
  });
  rewriter.at = close;
  rewriter.copy();
}

/** The pattern must be known now: its letters mean something else in DuckDB. */
function withPattern(rewriter: Rewriter, name: string): void {
  const { close, starts } = ahead(rewriter);
  const pattern = rewriter.tokens[starts[1] ?? -1];
  if (starts.length !== 2 || pattern?.kind !== 'string' || starts[1] !== close - 1) {
    rewriter.refuse('the date pattern is not a plain text', "write it out, such as '%Y-%m-%d'");
  }
  const converted = strftimePattern(pattern.value, name === 'strptime');
  if (converted.refused) {
    rewriter.at = starts[1]!;
    rewriter.refuse(
      `the date pattern has \`${converted.refused}\`, which is not supported`,
      'use %Y %m %d %H %i %s and their like',
    );
  }
  rewriter.copy(name);
  rewriter.copy();
  rewriter.sequence(starts[1]! - 1);
  rewriter.copy();
  rewriter.copy(`'${converted.pattern.replaceAll("'", "''")}'`);
  rewriter.copy();
}

const TIME_UNITS = ['millisecond', 'second', 'minute', 'hour'];
const INTERVALS: Readonly<Record<string, string>> = {
  millisecond: 'to_milliseconds(',
  second: 'to_seconds(',
  minute: 'to_minutes(',
  hour: 'to_hours(',
  day: 'to_days(CAST(',
  week: 'to_weeks(CAST(',
  month: 'to_months(CAST(',
  quarter: 'to_months(3 * CAST(',
  year: 'to_years(CAST(',
};

/** The unit that a date function starts with: a text known now. */
function unitOf(rewriter: Rewriter): { readonly unit: string; readonly close: number; readonly starts: number[] } {
  const { close, starts } = ahead(rewriter);
  const first = rewriter.tokens[starts[0] ?? -1];
  const unit = first?.kind === 'string' && starts[1] === starts[0]! + 2 ? first.value.toLowerCase() : '';
  if (!Object.hasOwn(INTERVALS, unit) || starts.length < 2) {
    rewriter.refuse('the unit is not known', `write one of '${Object.keys(INTERVALS).join("', '")}'`);
  }
  return { unit, close, starts };
}

/** A date has no hours: for the units of a day's time, another macro looks at the type. */
function withUnit(rewriter: Rewriter, forDays: string, forTimes: string): void {
  const { unit } = unitOf(rewriter);
  callAs(rewriter, TIME_UNITS.includes(unit) ? forTimes : forDays);
}

/** `date_add(unit, n, x)` is `x + n units`, and stays a date when `x` is one. */
function dateAdd(rewriter: Rewriter): void {
  const { unit, close, starts } = unitOf(rewriter);
  if (starts.length !== 3) rewriter.refuse('date_add takes a unit, a number and a time', "write date_add('day', 1, x)");
  const start = rewriter.mark();
  const macro = TIME_UNITS.includes(unit) ? 'trino_plus_time' : 'trino_plus';
  rewriter.copy(`${macro}(`);
  rewriter.at = starts[2]!;
  rewriter.sequence(close);
  const interval = INTERVALS[unit]!;
  rewriter.emit(`, ${interval}`);
  rewriter.at = starts[1]!;
  rewriter.sequence(starts[2]! - 1);
  rewriter.emit(interval.endsWith('CAST(') ? ' AS INTEGER)))' : '))');
  rewriter.at = close + 1;
  rewriter.spend(macro, start);
}

const FIELDS: Readonly<Record<string, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  day: 'day',
  day_of_month: 'day',
  day_of_week: 'isodow',
  dow: 'isodow',
  day_of_year: 'dayofyear',
  doy: 'dayofyear',
  year_of_week: 'isoyear',
  yow: 'isoyear',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
};

function extract(rewriter: Rewriter): void {
  const field = rewriter.tokens[rewriter.at + 2];
  const from = rewriter.tokens[rewriter.at + 3];
  const name = field && Object.hasOwn(FIELDS, field.value) ? FIELDS[field.value] : undefined;
  if (!name || from?.value !== 'from') {
    rewriter.refuse(
      `extract of \`${field?.text ?? ''}\` is not supported`,
      `use one of ${Object.keys(FIELDS).join(', ')}`,
    );
  }
  const close = rewriter.outline.partner[rewriter.at + 1]!;
  rewriter.copy(name);
  rewriter.copy();
  rewriter.at += 2;
  rewriter.sequence(close);
  rewriter.copy();
}

/** `listagg(x, ',') WITHIN GROUP (ORDER BY y)` is `string_agg(x, ',' ORDER BY y)`. */
function listagg(rewriter: Rewriter): void {
  const { close, starts } = ahead(rewriter);
  const { tokens, outline } = rewriter;
  const ordered =
    tokens[close + 1]?.value === 'within' && tokens[close + 2]?.value === 'group' && tokens[close + 3]?.value === '(';
  if (!ordered) rewriter.refuse('listagg has no order', "write listagg(x, ',') WITHIN GROUP (ORDER BY y)");
  if (topLevelWord(rewriter, rewriter.at + 2, close, 'overflow') !== -1)
    rewriter.refuse('ON OVERFLOW is not supported', 'leave it out');
  rewriter.copy('string_agg');
  rewriter.copy();
  rewriter.sequence(close);
  if (starts.length === 1) rewriter.emit(", ''");
  rewriter.at = close + 4;
  const end = outline.partner[close + 3]!;
  rewriter.emit('', ' ');
  rewriter.sequence(end);
  rewriter.copy();
  writeModifiers(rewriter);
}

/** `position(a IN b)` is `strpos(b, a)`. */
function position(rewriter: Rewriter): void {
  const open = rewriter.at + 1;
  const close = rewriter.outline.partner[open]!;
  const middle = topLevelWord(rewriter, open + 1, close, 'in');
  if (middle === -1) rewriter.refuse('position has no IN', 'write position(part IN text)');
  rewriter.copy('trino_strpos');
  rewriter.copy();
  rewriter.at = middle + 1;
  rewriter.sequence(close);
  rewriter.emit(', ');
  rewriter.at = open + 1;
  rewriter.sequence(middle);
  rewriter.at = close;
  rewriter.copy();
}

/** `substring(x FROM a FOR b)` is `substr(x, a, b)`. */
function substring(rewriter: Rewriter): void {
  const open = rewriter.at + 1;
  const close = rewriter.outline.partner[open]!;
  const from = topLevelWord(rewriter, open + 1, close, 'from');
  if (from === -1) {
    callAs(rewriter, 'trino_substr');
    return;
  }
  const count = topLevelWord(rewriter, from + 1, close, 'for');
  rewriter.copy('trino_substr');
  rewriter.copy();
  rewriter.sequence(from);
  rewriter.copy(',');
  rewriter.sequence(count === -1 ? close : count);
  if (count !== -1) rewriter.copy(',');
  rewriter.sequence(close);
  rewriter.copy();
}

/** `trim(x)`, `trim(x, chars)`, `trim(LEADING chars FROM x)`. */
function trim(rewriter: Rewriter): void {
  const open = rewriter.at + 1;
  const close = rewriter.outline.partner[open]!;
  const from = topLevelWord(rewriter, open + 1, close, 'from');
  if (from === -1) {
    callAs(rewriter, 'trino_trim');
    return;
  }
  const side = rewriter.tokens[open + 1]!.value;
  const sided = side === 'both' || side === 'leading' || side === 'trailing';
  rewriter.copy(side === 'leading' ? 'trino_ltrim' : side === 'trailing' ? 'trino_rtrim' : 'trino_trim');
  rewriter.copy();
  rewriter.at = from + 1;
  rewriter.sequence(close);
  const chars = open + (sided ? 2 : 1);
  if (chars < from) {
    rewriter.emit(', ');
    rewriter.at = chars;
    rewriter.sequence(from);
  }
  rewriter.at = close;
  rewriter.copy();
}

/** `reduce(list, start, (s, x) -> …, s -> …)`: the list's own reduction, then the last step on its result. */
function reduce(rewriter: Rewriter): void {
  const { close, starts } = ahead(rewriter);
  if (starts.length !== 4)
    rewriter.refuse('reduce takes four arguments', 'write reduce(list, start, (s, x) -> …, s -> s)');
  const [list, start, step, last] = starts as [number, number, number, number];
  rewriter.copy('list_transform([list_reduce(');
  const part = (from: number, end: number, after: string): void => {
    rewriter.at = from;
    writeArgument(rewriter, end);
    rewriter.emit(after);
  };
  part(list, start - 1, ', ');
  part(step, last - 1, ', ');
  part(start, step - 1, ')], ');
  part(last, close, ')[1]');
  rewriter.at = close + 1;
}

/** A match is made of its answers, so that an unknown one counts as Athena counts it. */
function match(rewriter: Rewriter, macro: string): void {
  const { close, starts } = ahead(rewriter);
  if (starts.length !== 2) rewriter.refuse('a match takes a list and a lambda', 'write any_match(list, x -> …)');
  const start = rewriter.mark();
  rewriter.copy(`${macro}(list_transform`);
  rewriter.copy();
  rewriter.sequence(starts[1]! - 1);
  rewriter.copy();
  writeArgument(rewriter, close);
  rewriter.copy('))');
  rewriter.spend(macro, start);
}

/** A group that may take no part in a match is NULL in Athena and empty in DuckDB. */
function withGroup(rewriter: Rewriter, name: string): void {
  const { close, starts } = ahead(rewriter);
  const pattern = rewriter.tokens[starts[1] ?? -1];
  if (
    starts.length === 3 &&
    pattern?.kind === 'string' &&
    rewriter.tokens[close - 1]?.value !== '0' &&
    hasOptionalGroup(pattern.value)
  ) {
    rewriter.at = starts[1]!;
    rewriter.refuse(
      'the pattern has a group that may take no part in a match',
      'make it always take part: `((?:x)?)` instead of `(x)?`, one pattern for each alternative',
    );
  }
  callAs(rewriter, name);
}

/** The arguments of the call at hand, which stays to be written. */
function ahead(rewriter: Rewriter): ReturnType<typeof callArguments> {
  rewriter.at += 1;
  const found = callArguments(rewriter);
  rewriter.at -= 1;
  return found;
}
