import { type LexedSql, lexSql, type Token } from './lexer.ts';

/**
 * What a word before a `(` is: a function's call, a list of column names (`t(a, b)`), part of a type (`DECIMAL(12, 2)`)
 * or a keyword. Words that call without brackets (`current_date`) are calls too.
 */
export type Role = 'call' | 'columns' | 'type' | 'keyword';

/** Something in the text that no supported query has. */
export interface OutlineProblem {
  readonly token: number;
  readonly message: string;
  readonly fix: string;
}

/** The structure of a SQL text as far as tokens tell it; one pass, linear. */
export interface SqlOutline {
  /** For each token that is a bracket, the index of its partner. */
  readonly partner: Int32Array;
  /** For each word or name before a `(`. */
  readonly roles: ReadonlyMap<number, Role>;
  /** Where tables are named after FROM and JOIN, CTEs included: the first word of each name. */
  readonly tables: readonly number[];
  /** The names that WITH gives, in lower case. */
  readonly ctes: ReadonlySet<string>;
  readonly problems: readonly OutlineProblem[];
}

/** Words that can't be names in Athena's SQL, and start no value. */
export const RESERVED: ReadonlySet<string> = new Set(
  `alter and as between by constraint create cross cube deallocate delete describe distinct drop else end escape except
  execute exists for from full group having in inner insert intersect into is join left like natural not on or order outer
  prepare recursive right rollup select skip table then uescape union unnest using values when where with all any some
  lateral`.split(/\s+/),
);

const BEFORE_BRACKET: ReadonlySet<string> = new Set([...RESERVED, 'over', 'within', 'sets', 'array']);
const CLAUSES: ReadonlySet<string> = new Set(
  'select where group having order on using limit offset fetch window union except intersect with values'.split(' '),
);
const WITHOUT_BRACKETS: ReadonlySet<string> = new Set(
  `current_date current_time current_timestamp localtime localtimestamp current_user current_role current_catalog
  current_schema current_path current_timezone`.split(/\s+/),
);

/** Syntax of other engines, or that differs between runs; said by name because a parser may be lenient. */
const REFUSED: Readonly<Record<string, string>> = {
  qualify: 'number the rows in a subquery and filter outside',
  ilike: 'write lower(a) LIKE lower(b)',
  glob: 'use LIKE or regexp_like',
  similar: 'use regexp_like',
  natural: 'name the columns with USING (…)',
  pivot: 'write count(*) FILTER (WHERE …) for each column',
  unpivot: 'write CROSS JOIN UNNEST(ARRAY[…]) AS t(…)',
  asof: 'join on the range, and keep the newest with row_number()',
  positional: 'join on a key',
  anti: 'write WHERE NOT EXISTS (…)',
  semi: 'write WHERE EXISTS (…)',
  tablesample: 'filter by a hash of the key, which gives the same sample each time',
  sample: 'filter by a hash of the key, which gives the same sample each time',
  match_recognize: 'use window functions, or code() as the transformation',
};

interface Frame {
  clause: string;
  /** The word before the bracket. */
  readonly opener: string;
  type: boolean;
  /** Whether the next name is a table's, or a CTE's. */
  expects: 'table' | 'cte' | undefined;
}

// Deeper than any query is meant to be, and far from what a stack holds.
const MAX_DEPTH = 200;

let last: { readonly text: string; readonly lexed: LexedSql; readonly outline: SqlOutline } | undefined;

/** The tokens and the outline of a text; the last one is remembered, because it is checked and then translated. */
export function readSql(text: string): { readonly lexed: LexedSql; readonly outline: SqlOutline } {
  if (last?.text === text) return last;
  const lexed = lexSql(text);
  last = { text, lexed, outline: outlineSql(lexed.tokens) };
  return last;
}

/** Finds brackets' partners, what is called, what is read, and what no supported query has. */
function outlineSql(tokens: readonly Token[]): SqlOutline {
  const partner = new Int32Array(tokens.length).fill(-1);
  const problems: OutlineProblem[] = [];
  matchBrackets(tokens, partner, problems);
  const roles = new Map<number, Role>();
  const tables: number[] = [];
  const ctes = new Set<string>();
  const outer: Frame[] = [];
  let frame: Frame = { clause: '', opener: '', type: false, expects: undefined };
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.kind === 'symbol') {
      if (token.value === '(' || token.value === '[') {
        outer.push(frame);
        frame = innerFrame(frame, tokens, at);
      } else if (token.value === ')' || token.value === ']') frame = outer.pop() ?? frame;
      else if (token.value === ',') followList(frame);
      continue;
    }
    if (isPart(tokens, at)) {
      if (tokens[at + 1]?.value === '(') checkCall(tokens, at, frame, problems);
      continue;
    }
    if (frame.expects && expectName(tokens, at, frame, problems)) {
      if (frame.expects === 'cte') ctes.add(token.value.toLowerCase());
      else tables.push(at);
      frame.expects = undefined;
    }
    if (token.kind !== 'word' && token.kind !== 'name') continue;
    const called = tokens[at + 1]?.value === '(' && tokens[at + 1]?.kind === 'symbol';
    if (called || (token.kind === 'word' && WITHOUT_BRACKETS.has(token.value))) {
      const role = frame.type ? 'type' : roleOf(tokens, at, frame, partner);
      roles.set(at, role);
      if (role === 'call') checkCall(tokens, at, frame, problems);
    }
    if (token.kind === 'name') continue;
    enterClause(tokens, at, frame);
    checkWord(tokens, at, problems);
  }
  return { partner, roles, tables, ctes, problems };
}

/** What a bracket opens; in a FROM clause, maybe more tables: `FROM (a JOIN b ON …)`. */
function innerFrame(frame: Frame, tokens: readonly Token[], at: number): Frame {
  const next = tokens[at + 1];
  const tables =
    frame.expects === 'table' && !(next?.kind === 'word' && /^(select|with|values|table)$/.test(next.value));
  if (frame.expects === 'table') frame.expects = undefined;
  const opener = tokens[at - 1]?.value ?? '';
  return { clause: tables ? 'from' : '', opener, type: frame.type, expects: tables ? 'table' : undefined };
}

/** After a comma the list goes on: another table, even after ON, or another CTE. */
function followList(frame: Frame): void {
  if (frame.clause === 'from' || frame.clause === 'on' || frame.clause === 'using') {
    frame.clause = 'from';
    frame.expects = 'table';
  } else if (frame.clause === 'with') frame.expects = 'cte';
}

function expectName(tokens: readonly Token[], at: number, frame: Frame, problems: OutlineProblem[]): boolean {
  const token = tokens[at]!;
  if (token.kind === 'string' || token.kind === 'number') {
    problems.push({ token: at, message: `${token.text} stands where a table must`, fix: 'name a table' });
  }
  if (token.kind !== 'word') return true;
  if (token.value === 'recursive' || token.value === 'lateral') return false;
  const called = frame.expects === 'table' && tokens[at + 1]?.value === '(';
  if (RESERVED.has(token.value) || called) frame.expects = undefined;
  return frame.expects !== undefined;
}

function enterClause(tokens: readonly Token[], at: number, frame: Frame): void {
  const { value } = tokens[at]!;
  if (value === 'as' && (frame.opener === 'cast' || frame.opener === 'try_cast')) frame.type = true;
  else if (value === 'join' || (value === 'from' && isFromClause(tokens, at, frame))) {
    frame.clause = 'from';
    frame.expects = 'table';
  } else if (CLAUSES.has(value)) {
    frame.clause = value;
    frame.expects = value === 'with' && tokens[at + 1]?.value !== 'ordinality' ? 'cte' : undefined;
  }
}

function roleOf(tokens: readonly Token[], at: number, frame: Frame, partner: Int32Array): Role {
  const token = tokens[at]!;
  if (token.kind === 'word' && BEFORE_BRACKET.has(token.value)) return 'keyword';
  const before = tokens[at - 1];
  // `x FILTER (WHERE …)` follows a call; `filter(list, x -> …)` starts a value.
  if (token.value === 'filter' && token.kind === 'word' && before?.value === ')') return 'keyword';
  if (before?.kind === 'word' && before.value === 'as') return 'columns';
  const close = partner[at + 1]!;
  if (tokens[close + 1]?.value === 'as' && tokens[close + 2]?.value === '(') return 'columns';
  if (frame.clause === 'from' && before && endsTable(before)) return 'columns';
  return 'call';
}

/** `extract(year FROM x)`, `trim(BOTH 'x' FROM y)` and `IS DISTINCT FROM` read no table. */
function isFromClause(tokens: readonly Token[], at: number, frame: Frame): boolean {
  return !['extract', 'trim', 'substring'].includes(frame.opener) && tokens[at - 1]?.value !== 'distinct';
}

function endsTable(token: Token): boolean {
  if (token.kind === 'word') return !RESERVED.has(token.value);
  return token.kind === 'name' || (token.kind === 'symbol' && token.value === ')');
}

/** Whether a value may end with the token, so that a name after it is an alias. */
export function endsValue({ kind, value }: Token): boolean {
  if (kind === 'symbol') return value === ')' || value === ']';
  return kind !== 'word' || value === 'end' || value === 'null' || !RESERVED.has(value);
}

/** Whether the token is the second part of `a.b`. */
function isPart(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.value === '.' && tokens[at - 1]?.kind === 'symbol';
}

function checkCall(tokens: readonly Token[], at: number, frame: Frame, problems: OutlineProblem[]): void {
  const token = tokens[at]!;
  if (isPart(tokens, at)) {
    problems.push({
      token: at,
      message: `\`${token.text}(…)\` is called with a prefix`,
      fix: 'call functions by their bare name',
    });
  } else if (token.kind === 'name') {
    problems.push({
      token: at,
      message: `the quoted name ${token.text} is called`,
      fix: 'call functions without quotes',
    });
  } else if (frame.clause === 'from') {
    problems.push({
      token: at,
      message: `\`${token.text}(…)\` stands where a table must`,
      fix: 'read a declared input, a subquery, or UNNEST(…) AS t(…)',
    });
  }
}

function checkWord(tokens: readonly Token[], at: number, problems: OutlineProblem[]): void {
  const token = tokens[at]!;
  const next = tokens[at + 1];
  const fix = Object.hasOwn(REFUSED, token.value) ? REFUSED[token.value] : undefined;
  const say = (text: string, way: string): void => {
    problems.push({ token: at, message: `\`${text}\` is not supported`, fix: way });
  };
  // Such a word may also be a column: it is syntax when a word, a bracket or a text follows.
  if (fix && next && (next.kind !== 'symbol' || next.value === '(') && !endsItem(next))
    say(token.text.toUpperCase(), fix);
  else if (token.value === 'table' && next?.value === '(')
    say('TABLE(…)', 'read a declared input, a subquery, or UNNEST(…) AS t(…)');
  else if (token.value === 'at' && next?.value === 'time' && tokens[at + 2]?.value === 'zone') {
    say('AT TIME ZONE', 'times are in UTC without a zone; add or subtract an INTERVAL');
  } else if ((token.value === 'exclude' || token.value === 'replace') && tokens[at - 1]?.value === '*') {
    say(`* ${token.text.toUpperCase()}`, 'list the columns');
  } else if (token.value === 'distinct' && next?.value === 'on') {
    say('DISTINCT ON', 'number the rows with row_number() and keep the first');
  } else if (token.value === 'by' && next?.value === 'all' && tokens[at - 1]?.value !== 'partition') {
    say(`${tokens[at - 1]?.text.toUpperCase()} BY ALL`, 'list the expressions');
  }
}

function endsItem(token: Token): boolean {
  return (
    token.kind === 'word' &&
    /^(as|from|and|or|is|in|not|like|between|asc|desc|then|else|end|when|where|group|order)$/.test(token.value)
  );
}

function matchBrackets(tokens: readonly Token[], partner: Int32Array, problems: OutlineProblem[]): void {
  const open: number[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.kind !== 'symbol') continue;
    if (token.value === '(' || token.value === '[') {
      open.push(at);
      if (open.length > MAX_DEPTH) {
        problems.push({
          token: at,
          message: 'the SQL is nested too deeply',
          fix: 'compute inner parts in a WITH step',
        });
        return;
      }
    }
    if (token.value === ')' || token.value === ']') {
      const start = open.pop();
      if (start === undefined || tokens[start]!.value !== (token.value === ')' ? '(' : '[')) {
        problems.push({ token: at, message: `\`${token.value}\` closes nothing`, fix: 'balance the brackets' });
        return;
      }
      partner[start] = at;
      partner[at] = start;
    }
  }
  const left = open.pop();
  if (left !== undefined) {
    problems.push({ token: left, message: `\`${tokens[left]!.value}\` is never closed`, fix: 'balance the brackets' });
  }
}
