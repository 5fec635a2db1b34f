/** The SQL parser, as loaded: `@polyglot-sql/sdk`. */
export type SqlParser = typeof import('@polyglot-sql/sdk');

let loading: Promise<SqlParser> | undefined;

/** Loads the SQL parser once per process. It is WebAssembly and takes about 170 ms, so nothing imports it eagerly. */
export function loadSqlParser(): Promise<SqlParser> {
  loading ??= import('@polyglot-sql/sdk');
  return loading;
}
