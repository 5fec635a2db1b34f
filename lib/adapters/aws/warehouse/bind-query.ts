import { nearest } from '../../../model/did-you-mean.ts';
import { MeshError, type Problem } from '../../../model/mesh-error.ts';
import { positionOf } from '../../../model/sql/lexer.ts';
import { readSql } from '../../../model/sql/sql-outline.ts';
import { readTableName } from '../../../model/sql/table-name.ts';
import type { QueryTable } from '../../../ports/warehouse.ts';
import { portRelation, withRelations } from './relations.ts';
import { quoteName } from './sql-text.ts';

/** As many tables as an error lists. */
const MOST_TABLES = 8;

export interface BoundQuery {
  /** The statement, whose tables are relations of its own. */
  readonly sql: string;
  /** The tables it reads, as `database.table`. */
  readonly reads: readonly string[];
}

/**
 * Puts a SELECT of what may be read in the place of each table that a query names. Athena parses it after us, and
 * nothing but one SELECT over these relations can come out of it: brackets match, no table stands elsewhere.
 *
 * @throws MeshError `table-denied` for every other table, `sql-syntax` for what is no SELECT.
 */
export function bindQuery(query: string, tables: readonly QueryTable[]): BoundQuery {
  const text = query.replace(/[\s;]+$/, '');
  const { lexed, outline } = readSql(text);
  const { tokens } = lexed;
  const problems: Problem[] = outline.problems.map(({ token, message, fix }) => {
    const where = positionOf(text, tokens[token]?.start ?? 0);
    return { code: 'sql-syntax', message, fix, where };
  });
  if (lexed.problem) problems.push({ ...lexed.problem, where: positionOf(text, lexed.problem.offset) });
  const other = tokens.findIndex(({ value, kind }) => kind === 'symbol' && value === ';');
  const first = tokens.find(({ value }) => value !== '(');
  if (other >= 0 || first?.kind !== 'word' || !/^(select|with|values)$/.test(first.value)) {
    const fix = 'ask one question: a SELECT, maybe after WITH';
    problems.push({ code: 'sql-syntax', message: 'the query is not one SELECT', fix, where: {} });
  }
  if (problems.length > 0) throw new MeshError({ ...problems[0]!, problems, kind: 'check' });
  const reads = new Set<string>();
  const relations = new Map<string, string>();
  let bound = '';
  let copied = 0;
  for (const at of outline.tables) {
    const { name, end } = readTableName(tokens, at);
    if (outline.ctes.has(name)) continue;
    const table = resolve(name, tables, () => positionOf(text, tokens[at]!.start));
    const full = fullName(table);
    const taken = outline.ctes.has(table.table) || (relations.has(table.table) && !reads.has(full));
    const relation = taken ? full.replace('.', '__') : table.table;
    reads.add(full);
    relations.set(relation, portRelation(table.binding, 'statement'));
    bound += text.slice(copied, tokens[at]!.start) + quoteName(relation);
    copied = end;
  }
  bound += text.slice(copied);
  return { sql: prepend(withRelations([...relations]), bound, first?.value === 'with'), reads: [...reads] };
}

/** The query's own WITH goes on after ours. */
function prepend(relations: string, query: string, hasWith: boolean): string {
  if (relations === '') return query;
  if (!hasWith) return relations + query;
  return query.replace(/\bwith(\s+recursive)?\b/i, (_with, recursive: string | undefined) => {
    const own = relations.trimEnd();
    return `${recursive ? own.replace(/^WITH/, 'WITH RECURSIVE') : own},`;
  });
}

const fullName = ({ database, table }: QueryTable) => `${database}.${table}`;

function resolve(name: string, tables: readonly QueryTable[], where: () => Problem['where']): QueryTable {
  const known = tables.filter((table) => fullName(table) === name || (!name.includes('.') && table.table === name));
  if (known.length === 1) return known[0]!;
  if (known.length > 1) {
    const message = `\`${name}\` may be one of several tables`;
    const fix = `write ${known.map(fullName).join(' or ')}`;
    throw new MeshError({ code: 'ambiguous-table', message, where: where(), fix });
  }
  const granted = tables.map(fullName);
  const meant = nearest(name, granted);
  const shown = granted.slice(0, MOST_TABLES).join(', ');
  const all = granted.length > 0 ? `you may read ${shown}` : 'nothing is granted to you yet: ask a product owner';
  throw new MeshError({
    code: 'table-denied',
    kind: 'denied',
    message: `\`${name}\` is not a table that you may read`,
    where: where(),
    fix: meant === undefined ? all : `did you mean ${meant}? Else, ${all}`,
  });
}
