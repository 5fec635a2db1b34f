/** A macro by its name, and a body for each list of parameters: `{ '(s, n)': '…' }`. */
export type Macros = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The type of an expression as a constant that the binder knows, such as `DECIMAL(12,2)[]`; of several expressions,
 * their common type. In a list, because `typeof` of an unknown parameter alone is no constant when a macro is created.
 */
export function typeOf(...expressions: readonly string[]): string {
  return `typeof([${expressions.join(', ')}])`;
}

const ALWAYS = ['"NULL"', 'UNKNOWN'];

/** The types that hold whole numbers. */
export const WHOLE = [
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
];

/**
 * A constant chosen by an expression's type while the query is bound: DuckDB takes a struct's field by a constant name,
 * and a name that is not there fails to bind. So a type without a value is refused before anything runs, with the code
 * of the refusal in the message (see refusals.ts). NULL takes the first value.
 */
export function byType(code: string, type: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values);
  const first = values[names[0]!]!;
  const fields = [...ALWAYS.map((name) => [name, first]), ...Object.entries(values)].map(
    ([name, value]) => `'${name}:${code}': ${value}`,
  );
  const pattern = `^(${[...ALWAYS, ...names].join('|')})(?:\\(\\d+,\\d+\\))?\\[\\]$`;
  return `struct_extract({${fields.join(', ')}}, concat(regexp_extract(${type}, '${pattern}', 1), ':${code}'))`;
}

/** The same value for several types. */
export function each(types: readonly string[], value: string): Record<string, string> {
  return Object.fromEntries(types.map((type) => [type, value]));
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
