import { toDuckdb } from '../../../../lib/adapters/local/sql/to-duckdb.ts';
import type { Token } from '../../../../lib/model/sql/lexer.ts';
import { RESERVED, readSql } from '../../../../lib/model/sql/sql-outline.ts';

/** A query in DuckDB's SQL, and the tables it reads. */
export interface BoundQuery {
  readonly sql: string;
  /** `database.table`, `database.table$snapshots` or `database.table@VERSION 7`: the names it reads them by. */
  readonly reads: readonly string[];
}

/** Words that may follow a table and are no alias, besides the reserved ones. */
const NO_ALIAS: ReadonlySet<string> = new Set(['limit', 'offset', 'fetch', 'window', 'tablesample', 'set']);
const CATALOG = 'awsdatacatalog';

/** Translates an Athena query, with every table it reads written in full. */
export function bindQuery(text: string, database: string): BoundQuery {
  const { sql, reads } = bindNames(text, database);
  return { sql: toDuckdb(sql).sql, reads };
}

/** Translates one value or condition; `text` may hold subqueries. */
export function bindValue(text: string, database: string): BoundQuery {
  const { sql, reads } = bindQuery(`SELECT (${text}\n)`, database);
  return { sql: sql.replace(/^SELECT\s/i, ''), reads };
}

/** Writes tables in full; `t FOR VERSION AS OF 7` becomes `"db"."t@VERSION 7"`, called t unless it has an alias. */
function bindNames(text: string, database: string): BoundQuery {
  const { lexed, outline } = readSql(text);
  const { tokens } = lexed;
  const reads = new Set<string>();
  let sql = '';
  let copied = 0;
  for (const at of outline.tables) {
    const parts = nameParts(tokens, at);
    if (parts.length === 1 && outline.ctes.has(parts[0]!)) continue;
    const table = parts.at(-1)!;
    const schema = qualifier(parts, database);
    const travel = timeTravel(tokens, at + 2 * parts.length - 1);
    const last = travel?.last ?? at + 2 * parts.length - 2;
    const name = travel ? `${table}@${travel.at}` : table;
    const alias = travel && !isAlias(tokens[last + 1]) ? ` AS "${table}"` : '';
    reads.add(`${schema}.${name}`);
    sql += `${text.slice(copied, tokens[at]!.start)}"${schema}"."${name}"${alias}`;
    copied = tokens[last]!.end;
  }
  return { sql: sql + text.slice(copied), reads: [...reads] };
}

/** The parts of a dotted name, in lower case. */
export function nameParts(tokens: readonly Token[], start: number): readonly string[] {
  const parts = [tokens[start]?.value.toLowerCase() ?? ''];
  for (let at = start; tokens[at + 1]?.kind === 'symbol' && tokens[at + 1]?.value === '.'; at += 2) {
    parts.push(tokens[at + 2]?.value.toLowerCase() ?? '');
  }
  return parts;
}

/** The database of a name: its own, or the one that the query runs in. */
export function qualifier(parts: readonly string[], database: string): string {
  if (parts.length > 3 || (parts.length === 3 && parts[0] !== CATALOG)) {
    throw new Error(`CATALOG_NOT_FOUND: ${parts.join('.')}: only AwsDataCatalog is known here`);
  }
  return parts.length === 1 ? database : parts.at(-2)!;
}

function isAlias(token: Token | undefined): boolean {
  if (token?.kind === 'name') return true;
  if (token?.kind !== 'word') return false;
  return token.value === 'as' || !(RESERVED.has(token.value) || NO_ALIAS.has(token.value));
}

function timeTravel(tokens: readonly Token[], at: number): { readonly at: string; readonly last: number } | undefined {
  const words = tokens.slice(at, at + 4).map(({ kind, value }) => (kind === 'word' ? value : ''));
  if (words[0] !== 'for' || words[2] !== 'as' || words[3] !== 'of') return undefined;
  const version = words[1] === 'version' || words[1] === 'system_version';
  if (!version && words[1] !== 'timestamp' && words[1] !== 'system_time') return undefined;
  const typed = !version && tokens[at + 4]?.value === 'timestamp' ? 1 : 0;
  const literal = tokens[at + 4 + typed];
  if (literal?.kind !== (version ? 'number' : 'string')) {
    throw new Error('NOT_SUPPORTED: here, FOR … AS OF takes a snapshot’s number or a TIMESTAMP in quotes only');
  }
  return { at: `${version ? 'VERSION' : 'TIMESTAMP'} ${literal.value}`, last: at + 4 + typed };
}
