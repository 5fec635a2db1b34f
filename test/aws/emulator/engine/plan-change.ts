import { bindQuery, bindValue } from './bind-names.ts';
import type { Plan } from './plan.ts';
import type { Statement } from './statement.ts';

/** What a changed table is called while a statement runs on its copy. */
export const TARGET = '"meshemu"."target"';

/** INSERT, DELETE, UPDATE and MERGE: their clauses are written again over TARGET, their values translated. */
export function planChange(statement: Statement): Plan {
  const change = new Change(statement);
  if (statement.has(0, 'insert', 'into')) return change.insert();
  if (statement.has(0, 'delete', 'from')) return change.delete();
  if (statement.has(0, 'update')) return change.update();
  if (statement.has(0, 'merge', 'into')) return change.merge();
  throw statement.unexpected(1);
}

const END = new Set(['using', 'on', 'when', 'set', 'where']);

class Change {
  private readonly reads = new Set<string>();

  constructor(private readonly statement: Statement) {}

  insert(): Plan {
    const { statement } = this;
    const { name, next } = statement.table(2);
    const listed =
      statement.has(next, '(') && !/^(?:select|with|values|\()$/.test(statement.tokens[next + 1]?.value ?? '');
    const into = listed ? this.names(next + 1, statement.partner[next]!) : undefined;
    const query = this.query(listed ? statement.partner[next]! + 1 : next);
    const columns = into ? ` (${into.map(quoted).join(', ')})` : '';
    return this.plan('insert', name, `INSERT INTO ${TARGET}${columns} ${query}`, { query, into });
  }

  delete(): Plan {
    const { name, as, next } = this.aliased(2);
    return this.plan('delete', name, `DELETE FROM ${TARGET} AS ${as}${this.where(next)}`);
  }

  update(): Plan {
    const { name, as, next } = this.aliased(1);
    if (!this.statement.has(next, 'set')) throw this.statement.unexpected(next);
    const end = this.statement.find(next, 'where');
    const set = this.assignments(next + 1, end);
    return this.plan('update', name, `UPDATE ${TARGET} AS ${as} SET ${set}${this.where(end)}`);
  }

  merge(): Plan {
    const { statement } = this;
    const { name, as, next } = this.aliased(2);
    if (!statement.has(next, 'using')) throw statement.unexpected(next);
    const on = statement.find(next, 'on');
    const source = this.query(next + 1, on, 'SELECT * FROM ').replace(/^SELECT \* FROM /, '');
    let at = statement.find(on, 'when');
    const condition = this.value(on + 1, at);
    const clauses: string[] = [];
    const matched: string[] = [];
    while (at < statement.tokens.length) {
      const not = statement.has(at + 1, 'not') ? 1 : 0;
      const then = statement.find(at + 1, 'then');
      if (!statement.has(at, 'when') || !statement.has(at + 1 + not, 'matched')) throw statement.unexpected(at);
      const extra = statement.has(at + 2 + not, 'and') ? this.value(at + 3 + not, then) : undefined;
      const end = statement.find(then + 1, 'when');
      const when = `WHEN ${not ? 'NOT ' : ''}MATCHED${extra ? ` AND ${extra}` : ''}`;
      clauses.push(`${when} THEN ${this.action(then + 1, end)}`);
      if (!not) matched.push(extra ?? 'true');
      at = end;
    }
    const twice = `SELECT 1 FROM ${TARGET} AS ${as} JOIN ${source} ON ${condition} WHERE ${matched.join(' OR ')} GROUP BY ${as}.rowid HAVING count(*) > 1 LIMIT 1`;
    const sql = `MERGE INTO ${TARGET} AS ${as} USING ${source} ON ${condition} ${clauses.join(' ')}`;
    return this.plan('merge', name, sql, matched.length > 0 ? { check: twice } : {});
  }

  private action(at: number, end: number): string {
    const { statement } = this;
    if (statement.has(at, 'delete')) return 'DELETE';
    if (statement.has(at, 'update', 'set')) return `UPDATE SET ${this.assignments(at + 2, end)}`;
    if (!statement.has(at, 'insert')) throw statement.unexpected(at);
    const listed = statement.has(at + 1, '(');
    const columns = listed
      ? ` (${this.names(at + 2, statement.partner[at + 1]!)
          .map(quoted)
          .join(', ')})`
      : '';
    const values = listed ? statement.partner[at + 1]! + 1 : at + 1;
    if (!statement.has(values, 'values', '(')) throw statement.unexpected(values);
    const parts = statement.list(values + 2, statement.partner[values + 1]!);
    return `INSERT${columns} VALUES (${parts.map(({ start, end: stop }) => this.value(start, stop)).join(', ')})`;
  }

  private assignments(start: number, end: number): string {
    return this.statement
      .list(start, end)
      .map((part) => `${quoted(this.statement.tokens[part.start]!.value)} = ${this.value(part.start + 2, part.end)}`)
      .join(', ');
  }

  private aliased(at: number): { readonly name: string; readonly as: string; readonly next: number } {
    const { statement } = this;
    const { name, table, next } = statement.table(at);
    const word = statement.has(next, 'as') ? next + 1 : next;
    const token = statement.tokens[word];
    const alias = token && token.kind !== 'symbol' && !(token.kind === 'word' && END.has(token.value));
    return { name, as: quoted(alias ? token.value : table), next: alias ? word + 1 : next };
  }

  private where(at: number): string {
    if (at >= this.statement.tokens.length) return '';
    if (!this.statement.has(at, 'where')) throw this.statement.unexpected(at);
    return ` WHERE ${this.value(at + 1)}`;
  }

  private names(start: number, end: number): readonly string[] {
    return this.statement.list(start, end).map((part) => this.statement.tokens[part.start]!.value.toLowerCase());
  }

  private value(start: number, end?: number): string {
    return this.note(bindValue(this.statement.slice(start, end), this.statement.database));
  }

  private query(start: number, end?: number, before = ''): string {
    return this.note(bindQuery(before + this.statement.slice(start, end), this.statement.database));
  }

  private note({ sql, reads }: { readonly sql: string; readonly reads: readonly string[] }): string {
    for (const read of reads) this.reads.add(read);
    return sql;
  }

  private plan(kind: Plan['kind'], target: string, sql: string, more: Partial<Plan> = {}): Plan {
    return { kind, target, sql, reads: [...this.reads], ...more };
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
