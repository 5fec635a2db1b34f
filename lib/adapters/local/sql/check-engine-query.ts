import type { DuckDBConnection } from '@duckdb/node-api';
import { MeshError } from '../../../model/mesh-error.ts';
import { FUNCTION_TRANSLATIONS } from './function-translations.ts';
import { MACROS } from './prelude.ts';

// What the translation writes besides the functions of the table: operators, constructors, the parts of rules.
const WRITTEN = `+ - * / // % || ~~ !~~ like_escape not_like_escape list_value struct_pack row unnest struct_extract_at map_entries
  range len greatest coalesce list_transform list_reduce string_agg strptime strftime regexp_extract round left typeof
  to_milliseconds to_seconds to_minutes to_hours to_days to_weeks to_months to_years trunc date_sub year quarter month week day
  isodow dayofyear isoyear hour minute second now current_date count_star`;

const FUNCTIONS: ReadonlySet<string> = new Set([
  ...WRITTEN.split(/\s+/),
  ...Object.keys(MACROS),
  ...Object.entries(FUNCTION_TRANSLATIONS).flatMap(([name, translation]) =>
    translation === 'same' ? [name] : typeof translation === 'object' ? [translation.as] : [],
  ),
]);

const EXPRESSIONS: ReadonlySet<string> = new Set(
  'COLUMN_REF CONSTANT FUNCTION WINDOW COMPARISON CONJUNCTION OPERATOR CASE CAST BETWEEN SUBQUERY LAMBDA STAR'.split(
    ' ',
  ),
);
const NODES: ReadonlySet<string> = new Set(
  `SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE ORDER_MODIFIER LIMIT_MODIFIER DISTINCT_MODIFIER EMPTY BASE_TABLE
  JOIN SUBQUERY EXPRESSION_LIST TABLE_FUNCTION ORDER_DEFAULT ASCENDING DESCENDING UNBOUND_TYPE_INFO
  DECIMAL_TYPE_INFO LIST_TYPE_INFO STRUCT_TYPE_INFO`.split(/\s+/),
);
const TYPES: ReadonlySet<string> = new Set(
  `INVALID UNBOUND NULL BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT DOUBLE DECIMAL VARCHAR BLOB DATE TIMESTAMP INTERVAL
  LIST STRUCT MAP`.split(/\s+/),
);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Node = { readonly [key: string]: Json };

/**
 * The second defence: DuckDB parses the translated query itself and gives its tree; everything in it must be on a list.
 * Nothing is bound or run.
 */
export async function checkEngineQuery(
  connection: DuckDBConnection,
  sql: string,
  reads: ReadonlySet<string>,
): Promise<void> {
  const statement = await connection.prepare(
    'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)',
  );
  statement.bindVarchar(1, sql);
  const reader = await statement.runAndReadAll();
  const tree = JSON.parse(String(reader.getRows()[0]![0])) as Node;
  if (tree.error === true) {
    const said = String(tree.error_message ?? '').split('\n')[0]!;
    const near = /at or near "(\w+)"/.exec(said)?.[1];
    const fix = near === undefined ? FIX : `correct it; if \`${near}\` is a name, write it as "${near.toLowerCase()}"`;
    refuse(`the engine does not read it: ${said}`, 'check', fix);
  }
  const statements = tree.statements;
  if (!Array.isArray(statements) || statements.length !== 1) refuse('it is not exactly one SELECT');
  const ctes = new Set<string>();
  collectCtes(statements as Json, ctes);
  check(statements as Json, { reads, ctes });
}

const FIX = "ask with one SELECT over the granted tables, in Athena's SQL";

interface Allowed {
  readonly reads: ReadonlySet<string>;
  readonly ctes: ReadonlySet<string>;
}

function collectCtes(json: Json, ctes: Set<string>): void {
  if (Array.isArray(json)) for (const each of json) collectCtes(each, ctes);
  else if (isNode(json)) {
    const map = isNode(json.cte_map) ? json.cte_map.map : undefined;
    if (Array.isArray(map))
      for (const entry of map as readonly Json[]) if (isNode(entry)) ctes.add(String(entry.key).toLowerCase());
    for (const value of Object.values(json)) collectCtes(value, ctes);
  }
}

function check(json: Json, allowed: Allowed): void {
  if (Array.isArray(json)) {
    for (const each of json) check(each, allowed);
    return;
  }
  if (!isNode(json)) return;
  if (typeof json.class === 'string') checkExpression(json, json.class);
  else if (typeof json.type === 'string') checkNode(json, json.type, allowed);
  if (typeof json.id === 'string' && !TYPES.has(json.id)) refuse(`the type \`${json.id}\` is not allowed`);
  for (const value of Object.values(json)) check(value, allowed);
}

function checkExpression(node: Node, kind: string): void {
  if (!EXPRESSIONS.has(kind)) refuse(`\`${kind.toLowerCase()}\` is not allowed`);
  if (kind === 'FUNCTION' || kind === 'WINDOW') checkFunction(node);
  if (kind === 'STAR' && (node.columns || node.expr || node.replace_list || node.exclude_list || node.rename_list)) {
    refuse('a star with conditions is not allowed');
  }
}

function checkFunction(node: Node): void {
  const name = String(node.function_name ?? '').toLowerCase();
  const prefix = node.catalog ?? (node.schema === 'main' ? undefined : node.schema);
  if (!FUNCTIONS.has(name) || prefix) refuse(`the function \`${name}\` is not allowed`);
}

function checkNode(node: Node, kind: string, { reads, ctes }: Allowed): void {
  if (!NODES.has(kind)) refuse(`\`${kind.toLowerCase()}\` is not allowed`);
  if (node.sample || node.at_clause) refuse('a sample or a version of a table is not allowed');
  if (kind === 'UNBOUND_TYPE_INFO' && (node.schema || node.catalog || !TYPES.has(String(node.name).toUpperCase()))) {
    refuse(`the type \`${String(node.name)}\` is not allowed`);
  }
  if (kind === 'TABLE_FUNCTION' && (!isNode(node.function) || node.function.function_name !== 'unnest')) {
    refuse('a function stands where a table must');
  }
  if (kind !== 'BASE_TABLE') return;
  const table = String(node.table_name ?? '').toLowerCase();
  const name = node.schema_name ? `${String(node.schema_name).toLowerCase()}.${table}` : table;
  const known = node.schema_name ? reads.has(name) : ctes.has(name);
  if (!known || node.catalog_name) refuse(`the table \`${name}\` is not allowed`, 'denied');
}

function isNode(json: Json | undefined): json is Node {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function refuse(message: string, kind: 'check' | 'denied' = 'check', fix = FIX): never {
  throw new MeshError({ code: 'query-refused', kind, message, fix });
}
