import { type Macros, refuseType, typeOf } from './macro-text.ts';

/** Conversions that need a look at the type; `cast-syntax.ts` writes the others. */
export const CASTS: Macros = {
  trino_text: {
    '(x)': refuseType(
      'cast-text',
      typeOf('x'),
      '^(DOUBLE|FLOAT|TIME|INTERVAL|STRUCT|MAP|BLOB|JSON)|\\[\\]\\[\\]$',
      'CAST(x AS VARCHAR)',
    ),
  },
  trino_bytes: { '(x)': refuseType('cast-bytes', typeOf('x'), '^[^B"U]|^(BIGINT|BOOLEAN)', 'CAST(x AS BLOB)') },
  // Half up, as Athena does, to the digits that the type has; DuckDB's has six.
  trino_rounded: {
    '(t, us)': `time_bucket(to_microseconds(us), t + to_microseconds(us // 2), TIMESTAMP '1970-01-01')`,
  },
  // Inside of lists, maps and rows only what both engines convert alike.
  trino_nested: {
    '(x, kinds)': refuseType(
      'cast-nested',
      nestedKinds(),
      '\\b(VARCHAR|DOUBLE|FLOAT|BOOLEAN|DATE|TIMESTAMP|BLOB|JSON|HUGEINT)\\b',
      'x',
    ),
  },
};

function nestedKinds(): string {
  return `regexp_replace(${typeOf('x')}, concat('\\b(INTEGER|BIGINT|DECIMAL|NULL|', kinds, ')\\b'), '', 'g')`;
}
