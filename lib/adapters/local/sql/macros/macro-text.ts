/** A macro by its name, and a body for each list of parameters: `{ '(s, n)': '…' }`. */
export type Macros = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The type of an expression as a constant that the binder knows, such as `DECIMAL(12,2)[]`; of several expressions,
 * their common type. In a list, because `typeof` of an unknown parameter alone is no constant when a macro is created.
 */
export function typeOf(...expressions: readonly string[]): string {
  return `typeof([${expressions.join(', ')}])`;
}

/**
 * A value, refused for some types while the query is bound: DuckDB takes a struct's field by a constant name, and a name
 * that is not there fails to bind. The name is the code of the refusal (see refusals.ts), and is in the message.
 */
export function refuseType(code: string, type: string, pattern: string, value: string): string {
  return `CASE WHEN struct_extract({'ok': true}, CASE WHEN regexp_matches(${type}, '${pattern}') THEN ':${code}' ELSE 'ok' END) THEN ${value} END`;
}

/**
 * Fails for the rows that come here, with a message; typed as the CASE's other branches. A failing cast, because TRY
 * must catch it; through text, because that converts to every type; not in a WHEN, because the optimizer evaluates those.
 */
export function fail(message: string, type: string): string {
  return `CAST(CAST(CAST('${message}' AS BOOLEAN) AS VARCHAR) AS ${type})`;
}

/** As `fail`, typed as an expression is. */
export function failLike(message: string, expression: string): string {
  return `cast_to_type(CAST(CAST('${message}' AS BOOLEAN) AS VARCHAR), ${expression})`;
}
