import { assignable } from '../assignable.ts';
import { describeType, type FieldType, trinoType } from '../field-type.ts';
import type { ColumnLineage, SqlStatement } from '../mesh-model.ts';
import type { Output } from '../output.ts';
import type { CheckedColumn, SqlChecker, SqlTables } from '../sql-checker.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import { didYouMean, listNames, type ProblemList } from './problem-list.ts';

/** A product's SQL, checked: its texts, and where each port's fields come from. */
export interface CheckedSql {
  readonly steps: readonly SqlStatement[];
  readonly statements: readonly SqlStatement[];
  readonly lineage: { readonly [port: string]: readonly ColumnLineage[] };
}

type Upstream = { readonly input: string; readonly column: string };

/** Checks every statement of a product against what it may read and what it promises. */
export async function checkSql(
  product: LoadedProduct,
  inputs: SqlTables,
  checker: SqlChecker,
  problems: ProblemList,
): Promise<CheckedSql> {
  const { id, declaration } = product;
  const { transform } = declaration;
  if (transform.kind !== 'sql') return { steps: [], statements: [], lineage: {} };
  const tables: Record<string, SqlTables[string]> = { ...inputs };
  const origins = new Map<string, Map<string, readonly Upstream[]>>();
  const check = async (name: string, given: string | undefined, where: { product: string; port?: string }) => {
    const loaded = given === undefined ? product.sql[name] : { text: given, file: undefined };
    if (!loaded) {
      problems.add(
        'no-sql',
        where,
        `there is no SQL for \`${name}\``,
        `write \`${name}.sql\` beside the product's file`,
      );
      return undefined;
    }
    const checked = await checker.check({ text: loaded.text, file: loaded.file, tables });
    for (const problem of checked.problems) problems.all.push({ ...problem, where: { ...where, ...problem.where } });
    const statement: SqlStatement = { name, text: loaded.text, file: loaded.file, reads: checked.reads };
    return { statement, columns: checked.columns, sound: checked.problems.length === 0 };
  };
  const trace = (column: CheckedColumn): Upstream[] => {
    const found = column.upstream.flatMap(({ table, column: from }) => {
      const step = origins.get(table);
      return step ? (step.get(from) ?? []) : [{ input: table, column: from }];
    });
    return [...new Map(found.map((each) => [`${each.input}.${each.column}`, each])).values()];
  };

  const steps: SqlStatement[] = [];
  for (const { name, sql } of transform.steps) {
    const checked = await check(name, sql, { product: id });
    if (!checked) continue;
    steps.push(checked.statement);
    if (!checked.sound) return { steps, statements: [], lineage: {} };
    tables[name] = typesOf(checked.columns);
    origins.set(name, new Map(checked.columns.map((column) => [column.name, trace(column)])));
  }
  const statements: SqlStatement[] = [];
  const lineage: Record<string, readonly ColumnLineage[]> = {};
  const ports = Object.keys(declaration.outputs);
  for (const name of Object.keys(transform.statements)) {
    if (ports.includes(name)) continue;
    const message = `has a statement for \`${name}\`, which is no output port${didYouMean(name, ports)}`;
    problems.add('unknown-port', { product: id }, message, `name one of ${listNames(ports)}`);
  }
  for (const [port, output] of Object.entries(declaration.outputs)) {
    const checked = await check(port, transform.statements[port], { product: id, port });
    if (!checked) continue;
    statements.push(checked.statement);
    if (!checked.sound) continue;
    compareColumns(output, checked.columns, { product: id, port, file: checked.statement.file }, problems);
    lineage[port] = checked.columns.map((column) => ({ field: column.name, from: trace(column) }));
  }
  return { steps, statements, lineage };
}

/** Refuses conditions (of rules and grants) that are not a boolean over the port's own fields. */
export async function checkConditions(
  { id, declaration }: LoadedProduct,
  checker: SqlChecker,
  problems: ProblemList,
): Promise<void> {
  for (const [port, output] of Object.entries(declaration.outputs)) {
    const rules = (output.quality ?? []).flatMap((rule) =>
      rule.kind === 'references' ? [] : [{ what: `rule \`${rule.name}\``, condition: rule.condition }],
    );
    const filters = (output.grants ?? []).flatMap(({ to, rows }) =>
      rows === undefined ? [] : [{ what: `the grant to \`${to}\``, condition: rows }],
    );
    const types = Object.fromEntries(Object.entries(output.fields).map(([name, of]) => [name, of.spec.type]));
    for (const { what, condition } of [...rules, ...filters]) {
      const text = `SELECT (${condition}\n) AS holds FROM ${port}`;
      const { problems: found, columns } = await checker.check({ text, tables: { [port]: types } });
      for (const { code, message, fix } of found) problems.add(code, { product: id, port }, `${what}: ${message}`, fix);
      if (found.length === 0 && (columns.length !== 1 || columns[0]!.type?.kind !== 'boolean')) {
        const message = `${what}: \`${condition}\` is ${columns[0]!.engineType}, not a condition`;
        problems.add('invalid-rule', { product: id, port }, message, 'write something that is true or false');
      }
    }
  }
}

function typesOf(columns: readonly CheckedColumn[]): SqlTables[string] {
  const typed = columns.filter((column): column is CheckedColumn & { type: FieldType } => column.type !== undefined);
  return Object.fromEntries(typed.map(({ name, type }) => [name, type]));
}

function compareColumns(
  output: Output,
  columns: readonly CheckedColumn[],
  where: { product: string; port: string; file?: string },
  problems: ProblemList,
): void {
  const names = columns.map(({ name }) => name);
  for (const [field, { spec }] of Object.entries(output.fields)) {
    const column = columns.find(({ name }) => name === field);
    if (!column) {
      const message = `the SQL returns no column \`${field}\`, which the contract promises${didYouMean(field, names)}`;
      problems.add('missing-column', { ...where, field }, message, 'return it, or take it out of `fields`');
    } else if (!column.type || !assignable(column.type, spec.type)) {
      const promised = describeType(spec.type);
      const returned = column.type ? describeType(column.type) : column.engineType;
      const place = { ...where, field, line: column.line, column: column.column };
      const fix = `write \`CAST(… AS ${trinoType(spec.type)})\`, or change the field's type`;
      problems.add(
        'wrong-type',
        place,
        `the SQL returns ${returned} for \`${field}\`, the contract promises ${promised}`,
        fix,
      );
    }
  }
  for (const { name, line, column } of columns) {
    if (output.fields[name]) continue;
    const message = `the SQL returns \`${name}\`, which is not in the contract${didYouMean(name, Object.keys(output.fields))}`;
    problems.add('unknown-column', { ...where, line, column }, message, 'add it to `fields`, or do not return it');
  }
}
