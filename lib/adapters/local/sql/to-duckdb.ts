import { MeshError } from '../../../model/mesh-error.ts';
import { positionOf } from '../../../model/sql/lexer.ts';
import { readSql } from '../../../model/sql/sql-outline.ts';
import { type Piece, Rewriter } from './rewriter.ts';

/** What the translation relies on: run once for each database. */
export const sessionSettings: readonly string[] = [
  "SET TimeZone = 'UTC'",
  // Division is written out; DuckDB's setting for whole numbers would make a double divided by zero NULL.
  'SET integer_division = false',
  'SET ieee_floating_point_ops = true',
  "SET default_null_order = 'NULLS_LAST'",
  "SET default_order = 'ASC'",
];

/** A query in DuckDB's SQL that knows where each part of it comes from. */
export interface DuckdbSql {
  readonly sql: string;
  /** The place in the original of an offset in `sql`; 1-based. */
  locate(offset: number): { readonly line: number; readonly column: number };
}

/**
 * Puts Athena's SQL into DuckDB's, with the same meaning. The database needs `prelude` and `sessionSettings`.
 *
 * @throws MeshError `sql-syntax` or `sql-unsupported`, with line and column, for what has no faithful translation.
 */
export function toDuckdb(text: string): DuckdbSql {
  const { lexed, outline } = readSql(text);
  const { tokens, problem } = lexed;
  if (problem) {
    const { offset, ...rest } = problem;
    throw new MeshError({ ...rest, where: positionOf(text, offset) });
  }
  const [wrong] = outline.problems;
  if (wrong) {
    const where = positionOf(text, tokens[wrong.token]!.start);
    throw new MeshError({ code: 'sql-syntax', message: wrong.message, fix: wrong.fix, where });
  }
  const rewriter = new Rewriter(text, tokens, outline);
  rewriter.sequence(tokens.length);
  return joined(rewriter.out, text, tokens);
}

function joined(pieces: readonly Piece[], text: string, tokens: readonly { readonly start: number }[]): DuckdbSql {
  const starts: number[] = [];
  let sql = '';
  for (const { gap, text: part } of pieces) {
    sql += gap;
    starts.push(sql.length);
    sql += part;
  }
  return {
    sql,
    locate(offset) {
      let index = starts.findIndex((start) => start > offset) - 1;
      if (index === -2) index = starts.length - 1;
      return positionOf(text, tokens[pieces[Math.max(index, 0)]?.token ?? 0]?.start ?? 0);
    },
  };
}
