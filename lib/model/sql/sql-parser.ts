import { setFlagsFromString } from 'node:v8';

/** The SQL parser, as loaded: `@polyglot-sql/sdk`. */
export type SqlParser = typeof import('@polyglot-sql/sdk');

let loading: Promise<SqlParser> | undefined;

/** Loads the SQL parser once per process. It is WebAssembly and takes about 170 ms, so nothing imports it eagerly. */
export function loadSqlParser(): Promise<SqlParser> {
  loading ??= load();
  return loading;
}

function load(): Promise<SqlParser> {
  // V8 would compile the parser a second time, to make it quicker: five seconds of processor time, for a gain that only
  // some ten thousand statements would win back. What is compiled already stays as it is.
  setFlagsFromString('--liftoff-only');
  return import('@polyglot-sql/sdk');
}
