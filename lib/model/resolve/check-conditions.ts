import type { Problem } from '../mesh-error.ts';
import type { SqlChecker } from '../sql-checker.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

interface Condition {
  /** Who states it, for messages. */
  readonly what: string;
  readonly of: 'row' | 'table';
  readonly text: string;
}

/** The port under a name that no condition can know: one that reads a table, its own included, is refused. */
const PORT = 'rows_of_the_port';

/** Refuses conditions (of rules and grants) that are not true or false of the port's own fields. */
export async function checkConditions(
  { id, declaration }: LoadedProduct,
  checker: SqlChecker,
  problems: ProblemList,
): Promise<void> {
  for (const [port, output] of Object.entries(declaration.outputs)) {
    const where = { product: id, port };
    const rules = (output.quality ?? []).flatMap((rule): Condition[] =>
      rule.kind === 'references' ? [] : [{ what: `rule \`${rule.name}\``, of: rule.kind, text: rule.condition }],
    );
    const filters = (output.grants ?? []).flatMap(({ to, rows }): Condition[] =>
      rows === undefined ? [] : [{ what: `the grant to \`${to}\``, of: 'row', text: rows }],
    );
    const types = Object.fromEntries(Object.entries(output.fields).map(([name, { spec }]) => [name, spec.type]));
    for (const condition of [...rules, ...filters]) {
      const { what, text } = condition;
      const { problems: found, columns } = await checker.check({
        text: statementOf(condition),
        tables: { [PORT]: types },
      });
      // A row's condition is stated twice, so what is wrong with it is found twice.
      const distinct = new Map(found.map((problem) => [problem.message, problem]));
      problems.addAll([...distinct.values()].map((problem) => ({ ...inWords(problem, condition), where })));
      if (found.length > 0 || (columns.length === 2 && columns[0]!.type?.kind === 'boolean')) continue;
      const is = columns.length === 2 ? columns[0]!.engineType : 'more than one value';
      const message = `${what}: \`${text}\` is ${is}, not a condition`;
      problems.add('invalid-rule', where, message, 'write something that is true or false');
    }
  }
}

/** Such that the engine refuses an aggregate over single rows, and single rows over the table. */
function statementOf({ of, text }: Condition): string {
  if (of === 'table') return `SELECT (${text}\n) AS holds, count(*) AS counted FROM ${PORT}`;
  return `SELECT (${text}\n) AS holds, true AS row_by_row FROM ${PORT} WHERE (${text}\n)`;
}

function inWords({ code, message, fix }: Problem, { what, of }: Condition): Omit<Problem, 'where'> {
  if (code === 'unknown-table') {
    const reads = `${what}: ${message}; a condition sees the port's own fields and no table`;
    return { code: 'invalid-rule', message: reads, fix: 'use `rule.references`, or compute a field to test' };
  }
  if (of === 'row' && /aggregate|GROUP BY/i.test(message)) {
    return {
      code: 'invalid-rule',
      message: `${what}: ${message}`,
      fix: 'state it of single rows, or use `rule.table`',
    };
  }
  if (of === 'table' && /GROUP BY|aggregate/i.test(message)) {
    return { code: 'invalid-rule', message: `${what}: ${message}`, fix: 'aggregate every field, or use `rule.row`' };
  }
  return { code, message: `${what}: ${message}`, fix };
}
