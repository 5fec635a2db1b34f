import { assignable } from '../assignable.ts';
import { didYouMean } from '../did-you-mean.ts';
import { describeType, type FieldType, trinoType } from '../field-type.ts';
import { listNames } from '../list-names.ts';
import type { Problem } from '../mesh-error.ts';
import type { ColumnLineage, SqlStatement } from '../mesh-model.ts';
import type { Output } from '../output.ts';
import { ownValue } from '../own-value.ts';
import type { CheckedColumn, SqlChecker, SqlTables } from '../sql-checker.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

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
  explain: (problem: Problem, text: string) => Problem,
): Promise<CheckedSql> {
  const { id, declaration } = product;
  const { transform } = declaration;
  if (transform.kind !== 'sql') return NO_SQL;
  const tables: Record<string, SqlTables[string]> = { ...inputs };
  const origins = new Map<string, Map<string, readonly Upstream[]>>();
  const find = (name: string, given: string | undefined, where: Place) => {
    const found = given === undefined ? ownValue(product.sql, name) : { text: given, file: undefined };
    const fix = `write \`${name}.sql\` beside the product's file`;
    if (!found) problems.add('no-sql', where, `there is no SQL for \`${name}\``, fix);
    return found && { name, ...found };
  };
  const check = async ({ name, text, file }: Found, where: Place) => {
    const { columns, reads, problems: found } = await checker.check({ text, file, tables });
    const told = found.map((problem) => explain(problem, text));
    problems.addAll(told.map((problem) => ({ ...problem, where: { ...where, ...problem.where } })));
    const statement: SqlStatement = { name, text, file, reads };
    return { statement, columns, sound: found.length === 0 };
  };
  const trace = (column: CheckedColumn): Upstream[] => {
    const found = column.upstream.flatMap(({ table, column: from }) => {
      const step = origins.get(table);
      return step ? (step.get(from) ?? []) : [{ input: table, column: from }];
    });
    return [...new Map(found.map((each) => [`${each.input}.${each.column}`, each])).values()];
  };
  refuseOtherPorts(transform.statements, declaration, { product: id }, problems);
  const steps = transform.steps.map(({ name, sql }) => find(name, sql, { product: id }));
  const ports = Object.entries(declaration.outputs).map(([port, output]) => {
    const where = { product: id, port };
    return { where, output, found: find(port, ownValue(transform.statements, port), where) };
  });

  const checkedSteps: SqlStatement[] = [];
  for (const found of steps) {
    // What reads a step that can't be read would only repeat what is wrong with it.
    if (!found) return NO_SQL;
    const { statement, columns, sound } = await check(found, { product: id });
    if (!sound || !refuseUntyped(found, columns, { product: id }, problems)) return NO_SQL;
    checkedSteps.push(statement);
    tables[found.name] = typesOf(columns);
    origins.set(found.name, new Map(columns.map((column) => [column.name, trace(column)])));
  }
  const statements: SqlStatement[] = [];
  const lineage: Record<string, readonly ColumnLineage[]> = {};
  for (const { where, output, found } of ports) {
    if (!found) continue;
    const { statement, columns, sound } = await check(found, where);
    statements.push(statement);
    if (!sound) continue;
    compareColumns(output, columns, { ...where, file: found.file }, problems);
    lineage[found.name] = columns.map((column) => ({ field: column.name, from: trace(column) }));
  }
  return { steps: checkedSteps, statements, lineage };
}

const NO_SQL: CheckedSql = { steps: [], statements: [], lineage: {} };

type Place = { readonly product: string; readonly port?: string };
type Found = { readonly name: string; readonly text: string; readonly file?: string };

function refuseOtherPorts(
  statements: { readonly [port: string]: string },
  { outputs }: LoadedProduct['declaration'],
  where: Place,
  problems: ProblemList,
): void {
  const ports = Object.keys(outputs);
  for (const name of Object.keys(statements)) {
    if (ports.includes(name)) continue;
    const message = `has a statement for \`${name}\`, which is no output port${didYouMean(name, ports)}`;
    problems.add('unknown-port', where, message, `name one of ${listNames(ports)}`);
  }
}

/** Refuses columns of a step that later statements could not read; says whether there were none. */
function refuseUntyped(
  { name: step, file }: Found,
  columns: readonly CheckedColumn[],
  where: Place,
  problems: ProblemList,
): boolean {
  const untyped = columns.filter(({ type }) => type === undefined);
  for (const { name, engineType, line, column } of untyped) {
    const message = `step \`${step}\` returns ${engineType} for \`${name}\`, which no field can be`;
    const fix = 'CAST it to a type that a field can have, or do not return it';
    problems.add('wrong-type', { ...where, file, line, column }, message, fix);
  }
  return untyped.length === 0;
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
    if (Object.hasOwn(output.fields, name)) continue;
    const message = `the SQL returns \`${name}\`, which is not in the contract${didYouMean(name, Object.keys(output.fields))}`;
    problems.add('unknown-column', { ...where, line, column }, message, 'add it to `fields`, or do not return it');
  }
}
