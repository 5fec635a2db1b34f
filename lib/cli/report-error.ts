import { describeWhere, MeshError, type Problem } from '../model/mesh-error.ts';
import { BUG, exitCodeOf } from './exit-code.ts';
import type { Printer } from './printer.ts';

/** Says what went wrong, for people and for programs, and returns the exit code. */
export function reportError(print: Printer, error: unknown): number {
  if (error instanceof MeshError) {
    const { code, kind, where, fix, problems } = error;
    print.failure({
      code,
      kind,
      message: problems.length === 1 ? problems[0]!.message : error.message,
      where,
      fix,
      problems,
    });
    printProblems(print, problems);
    return exitCodeOf(kind);
  }
  const message = error instanceof Error ? error.message : String(error);
  const fix = 'this is a bug of cdk-data-mesh: please report it with the lines below';
  print.failure({ code: 'bug', kind: 'bug', message, fix });
  printProblems(print, [{ code: 'bug', message, where: {}, fix }]);
  if (error instanceof Error && error.stack) print.note(print.noteColor.dim(error.stack));
  return BUG;
}

/** Each problem with its code, what, where and the way out. */
export function printProblems(print: Printer, problems: readonly Problem[]): void {
  const { bold, cyan, dim, red } = print.noteColor;
  for (const { code, message, where, fix } of problems) {
    const subject = describeWhere({ product: where.product, port: where.port, field: where.field });
    const inText = where.line === undefined ? '' : `line ${where.line}, column ${where.column ?? 1}`;
    const at =
      where.file === undefined ? inText : describeWhere({ file: where.file, line: where.line, column: where.column });
    print.note(`${red('error')} ${dim(`[${code}]`)} ${subject ? `${bold(subject)}: ` : ''}${message}`);
    if (at) print.note(`  ${dim('at')}  ${cyan(at)}`);
    print.note(`  ${dim('fix')} ${fix}`);
  }
}
