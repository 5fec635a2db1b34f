import type { FieldModel } from '../../model/mesh-model.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** How a field of a CSV or NDJSON drop is read. */
export interface SourceColumn {
  /** The type the reader gives it. */
  readonly readType: string;
  /** What makes a value of the contract's type of it, under its name. */
  readonly select: string;
}

/** Begins the engine's message about a value that is not what the source declares; see `explainEngineError`. */
export const REFUSED_VALUE = 'refused-value';

/**
 * Reads what DuckDB would change silently as text, and converts it with care: it rounds `1.7` to an integer, and takes
 * `10:00+02:00` for ten o'clock in UTC.
 */
export function sourceColumn({ name, type }: FieldModel): SourceColumn {
  const column = quoteName(name);
  const target = duckdbType(type);
  const refuse = (test: string, value: string) => {
    const parts = [
      quoteText(`${REFUSED_VALUE}\u0001${name}\u0001${type.kind}\u0001`),
      'filename',
      quoteText('\u0001'),
      `left(${column}, 200)`,
    ];
    return `CASE WHEN ${test} THEN error(${parts.join(' || ')}) ELSE ${value} END AS ${column}`;
  };
  switch (type.kind) {
    case 'int':
    case 'long': {
      const cast = `TRY_CAST(${column} AS ${target})`;
      const rounded = `contains(${column}, '.') AND TRY_CAST(${column} AS DOUBLE) <> ${cast}`;
      return { readType: 'VARCHAR', select: refuse(`${column} IS NOT NULL AND (${cast} IS NULL OR ${rounded})`, cast) };
    }
    case 'timestamp': {
      // An offset can only stand behind `YYYY-MM-DD HH:MM`.
      const end = `substr(${column}, 17)`;
      const cast = `CASE WHEN contains(${end}, '+') OR contains(${end}, '-') THEN CAST(TRY_CAST(${column} AS TIMESTAMPTZ) AS TIMESTAMP) ELSE TRY_CAST(${column} AS TIMESTAMP) END`;
      return { readType: 'VARCHAR', select: refuse(`${column} IS NOT NULL AND (${cast}) IS NULL`, cast) };
    }
    default:
      return { readType: target, select: column };
  }
}
