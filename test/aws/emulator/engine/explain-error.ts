import { REFUSALS } from '../../../../lib/adapters/local/sql/refusals.ts';

/** DuckDB's errors by Athena's codes, so that callers who look at codes see what they would see there. */
const CODES: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/^INTERRUPT Error/i, 'USER_CANCELED'],
  [/^Out of Memory Error/i, 'EXCEEDED_LOCAL_MEMORY_LIMIT'],
  [/^Conversion Error|Could not convert|Casting value/i, 'INVALID_CAST_ARGUMENT'],
  [/^Out of Range Error.*[Oo]verflow/i, 'NUMERIC_VALUE_OUT_OF_RANGE'],
  [/Referenced column|does not have a column|Could not find key|not found in FROM clause/i, 'COLUMN_NOT_FOUND'],
  [/Table with name|Table Function with name/i, 'TABLE_NOT_FOUND'],
  [/(?:Scalar|Aggregate|Macro) Function.*does not exist/i, 'FUNCTION_NOT_FOUND'],
  [/^Parser Error/i, 'SYNTAX_ERROR'],
  [/No function matches|Cannot compare values|Cannot mix|type/i, 'TYPE_MISMATCH'],
  [/^Binder Error/i, 'SYNTAX_ERROR'],
];

/** An error's message as Athena's begin: with a code. */
export function explainError(message: string): string {
  const coded = /^(?:Invalid Input Error: )?([A-Z]+(?:_[A-Z]+)+: [\s\S]*)$/.exec(message)?.[1];
  if (coded) return coded;
  // The translation's own refusals are keys that no struct has.
  const refusal = REFUSALS[/Could not find key ":([\w-]+)"/.exec(message)?.[1] ?? ''];
  if (refusal) return `NOT_SUPPORTED: ${refusal.message}; ${refusal.fix}`;
  const code = CODES.find(([pattern]) => pattern.test(message))?.[1] ?? 'GENERIC_USER_ERROR';
  return `${code}: ${message}`;
}
