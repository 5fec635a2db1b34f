import type { Problem } from '../../../model/mesh-error.ts';
import { lexSql, positionOf } from '../../../model/sql/lexer.ts';
import { REFUSALS } from './refusals.ts';
import type { DuckdbSql } from './to-duckdb.ts';

// The translation is bound inside a SELECT that stands on a line of its own.
const LINES_BEFORE = 1;

/** What DuckDB's binder says of a translation, as a problem of the original. */
export function bindProblem(message: string, original: string, translation: DuckdbSql): Problem {
  const code = /Could not find key "[^"]*:([a-z-]+)" in struct/.exec(message)?.[1];
  const refusal = code !== undefined && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (refusal) {
    const { tokens } = lexSql(original);
    const token = tokens.find(({ kind, value }) => kind !== 'string' && refusal.words.includes(value));
    return { code: code!, message: refusal.message, where: positionOf(original, token?.start ?? 0), fix: refusal.fix };
  }
  const [head = message] = message.split('\n\n');
  const [first = head, ...rest] = head
    .replaceAll(/\btrino_/g, '')
    .replaceAll(/\b_([a-z]+)_\b/g, '$1')
    .split('\n');
  const said = first.replace(/^\w[\w ]* Error: /, '').replace(/ You might need to add explicit type casts\.$/, '');
  const near = /^syntax error at or near "(\w+)"/.exec(said)?.[1];
  const candidates = rest.filter((line) => line.trim() !== '').map((line) => line.trim());
  return {
    code: 'sql-binding',
    message: said.trim().replace(/[.!]$/, ''),
    where: placeOf(message, translation) ?? {},
    fix: near ? `correct it there; if \`${near}\` is a name, write it as "${near.toLowerCase()}"` : fixOf(candidates),
  };
}

function fixOf(candidates: readonly string[]): string {
  const meant = candidates.find((line) => /^(Candidate bindings|Did you mean)/i.test(line));
  if (meant)
    return meant.replace(/^Candidate bindings: (.*)$/, 'did you mean $1?').replace(/^Did you mean/, 'did you mean');
  const known = candidates.filter((line) => /\(.*\)/.test(line)).slice(0, 4);
  return known.length > 0 ? `it takes ${known.join(' or ')}; CAST what differs` : 'correct it there';
}

/** DuckDB shows the line, cut to a window, and a caret below it. */
function placeOf(message: string, translation: DuckdbSql): Problem['where'] | undefined {
  const shown = /^LINE (\d+): (.*)\n( *)\^/m.exec(message);
  if (!shown) return undefined;
  const [head, number, text, blanks] = [`LINE ${shown[1]}: `, Number(shown[1]) - LINES_BEFORE, shown[2]!, shown[3]!];
  const lines = translation.sql.split('\n');
  const line = lines[number - 1];
  if (line === undefined) return undefined;
  const window = text.replace(/^\.\.\./, '').replace(/\.\.\.$/, '');
  const cut = text.startsWith('...') ? 3 : 0;
  const column = Math.max(0, line.indexOf(window)) + blanks.length - head.length - cut;
  const offset = lines.slice(0, number - 1).reduce((sum, each) => sum + each.length + 1, 0) + Math.max(column, 0);
  return translation.locate(offset);
}
