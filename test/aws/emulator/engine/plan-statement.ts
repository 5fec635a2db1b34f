import { type BoundQuery, bindQuery } from './bind-names.ts';
import type { Plan } from './plan.ts';
import { planChange } from './plan-change.ts';
import { Statement } from './statement.ts';

const QUOTES_NAMES_WITH_BACKTICKS = /^\s*(?:alter|drop|describe|show|optimize|vacuum|create\s+external)\b/i;

/** Reads one Athena statement. */
export function planStatement(sql: string, database: string): Plan {
  let text = sql.replace(/[\s;]+$/, '');
  if (QUOTES_NAMES_WITH_BACKTICKS.test(text)) text = text.replaceAll('`', '"');
  const statement = new Statement(text, database);
  switch (statement.tokens[0]?.value) {
    case 'select':
    case 'with':
    case 'values':
    case '(':
      return { kind: 'select', ...bindQuery(text, database) };
    case 'unload':
      return planUnload(statement);
    case 'create':
      return planCreate(statement);
    case 'insert':
    case 'delete':
    case 'update':
    case 'merge':
      return planChange(statement);
    case 'alter':
      return planAlter(statement);
    case 'drop':
      return planDrop(statement);
    case 'optimize':
      return { kind: 'optimize', sql: '', reads: [], target: statement.table(1).name };
    case 'vacuum':
      return { kind: 'vacuum', sql: '', reads: [], target: statement.table(1).name };
    default:
      return { kind: 'ddl', sql: text, reads: [] };
  }
}

function planUnload(statement: Statement): Plan {
  const close = statement.has(1, '(') ? statement.partner[1]! : -1;
  const location = statement.tokens[close + 2];
  if (close < 0 || !statement.has(close + 1, 'to') || location?.kind !== 'string') throw statement.unexpected(1);
  const properties = readProperties(statement, close + 3);
  return { kind: 'unload', ...bound(statement, 2, close), properties, location: location.value };
}

function planCreate(statement: Statement): Plan {
  const replaced = statement.has(1, 'or', 'replace') ? 2 : 0;
  if (statement.has(1 + replaced, 'view')) {
    const { name, next } = statement.table(2 + replaced);
    if (!statement.has(next, 'as')) throw statement.unexpected(next);
    return { kind: 'view', target: name, query: statement.slice(next + 1), ...bound(statement, next + 1) };
  }
  if (!statement.has(1, 'table')) return { kind: 'ddl', sql: statement.text, reads: [] };
  const ifExists = statement.has(2, 'if', 'not', 'exists');
  const { name, next } = statement.table(ifExists ? 5 : 2);
  let at = next;
  let properties: Readonly<Record<string, string>> = {};
  if (statement.has(at, 'with', '(')) {
    properties = readProperties(statement, at);
    at = statement.partner[at + 1]! + 1;
  }
  if (!statement.has(at, 'as')) return { kind: 'ddl', sql: statement.text, reads: [] };
  const location = properties.external_location ?? properties.location;
  return { kind: 'ctas', target: name, ...bound(statement, at + 1), properties, location, ifExists };
}

/** `WITH (name = value, …)`, with values as texts. */
function readProperties(statement: Statement, at: number): Readonly<Record<string, string>> {
  if (!statement.has(at, 'with', '(')) return {};
  const found: Record<string, string> = {};
  for (const { start, end } of statement.list(at + 2, statement.partner[at + 1]!)) {
    const value = statement.tokens[start + 2];
    found[statement.tokens[start]!.value.toLowerCase()] =
      value?.kind === 'string' ? value.value : statement.slice(start + 2, end);
  }
  return found;
}

function bound(statement: Statement, start: number, end?: number): BoundQuery {
  return bindQuery(statement.slice(start, end), statement.database);
}

function planAlter(statement: Statement): Plan {
  const { name, next } = statement.table(2);
  const close = statement.partner[next + 2] ?? -1;
  if (statement.has(next, 'add', 'columns', '(')) {
    const columns = statement.list(next + 3, close).map(({ start, end }) => {
      const stop = Math.min(end, statement.find(start + 1, 'comment'));
      const Type = statement
        .slice(start + 1, stop)
        .replace(/\s+/g, '')
        .toLowerCase();
      return { Name: statement.tokens[start]!.value.toLowerCase(), Type };
    });
    return { kind: 'alter', target: name, sql: '', reads: [], columns };
  }
  if (statement.has(next, 'set', 'tblproperties', '(')) {
    const properties = statement
      .list(next + 3, close)
      .map(({ start }) => [statement.tokens[start]!.value, statement.tokens[start + 2]!.value]);
    return {
      kind: 'properties',
      target: name,
      sql: '',
      reads: [],
      properties: Object.fromEntries(properties) as Record<string, string>,
    };
  }
  return { kind: 'ddl', sql: statement.text, reads: [] };
}

function planDrop(statement: Statement): Plan {
  if (!statement.has(1, 'table') && !statement.has(1, 'view')) return { kind: 'ddl', sql: statement.text, reads: [] };
  const ifExists = statement.has(2, 'if', 'exists');
  return { kind: 'drop', target: statement.table(ifExists ? 4 : 2).name, sql: '', reads: [], ifExists };
}
