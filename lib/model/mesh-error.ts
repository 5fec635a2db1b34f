/** Where something is wrong, as far as it is known. */
export interface Where {
  readonly product?: string;
  readonly port?: string;
  readonly field?: string;
  /** Path of the file as the user knows it, relative to the mesh's folder where possible. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}

/** One thing that is wrong, with its place and the way out. */
export interface Problem {
  /** Stable kebab-case name of the kind of problem, such as `unknown-input`. */
  readonly code: string;
  readonly message: string;
  readonly where: Where;
  /** What the user can do about it. */
  readonly fix: string;
}

/** What a caller can do about an error; the CLI turns it into its exit code, the API into its status. */
export type ErrorKind = 'usage' | 'not-found' | 'denied' | 'conflict' | 'check' | 'breaking' | 'retry' | 'unsupported';

/** What an error is made of; code, message and fix are never missing. */
export interface MeshErrorOptions {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly where?: Where;
  readonly kind?: ErrorKind;
  readonly cause?: unknown;
  /** Every problem found, when there are several; the error's message then lists them. */
  readonly problems?: readonly Problem[];
}

/**
 * The one error of the project: what is wrong, where, and the way out.
 *
 * @example
 * ```ts
 * import { MeshError } from 'cdk-data-mesh';
 * const error = new MeshError({ code: 'no-such-product', message: 'no product `x/y`', fix: 'see `mesh search`', kind: 'not-found' });
 * error.message; // => 'no product `x/y`; see `mesh search`'
 * ```
 */
export class MeshError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly where: Where;
  readonly fix: string;
  readonly problems: readonly Problem[];

  constructor(options: MeshErrorOptions) {
    super(options.problems?.length ? listProblems(options.problems) : sentence(options), { cause: options.cause });
    this.name = 'MeshError';
    this.code = options.code;
    this.kind = options.kind ?? 'check';
    this.where = options.where ?? {};
    this.fix = options.fix;
    this.problems = options.problems ?? [
      { code: options.code, message: options.message, where: this.where, fix: options.fix },
    ];
  }
}

/** Says that this target does not have an operation (yet). */
export class UnsupportedError extends MeshError {
  constructor(operation: string, target: string, fix: string) {
    super({
      code: 'unsupported',
      kind: 'unsupported',
      message: `\`${operation}\` is not supported on the ${target} target`,
      fix,
    });
    this.name = 'UnsupportedError';
  }
}

/** `` logistics/shipments, port `daily` (daily.sql:3:8) ``; empty when nothing is known. */
export function describeWhere(where: Where): string {
  const at = where.file && `${where.file}${where.line ? `:${where.line}:${where.column ?? 1}` : ''}`;
  const names = [where.product, where.port && `port \`${where.port}\``, where.field && `field \`${where.field}\``];
  const subject = names.filter(Boolean).join(', ');
  return at ? (subject ? `${subject} (${at})` : at) : subject;
}

/** One problem as one line: `place: message; fix`. */
export function describeProblem(problem: Pick<Problem, 'message' | 'where' | 'fix'>): string {
  return sentence(problem);
}

function sentence({ message, where, fix }: { message: string; where?: Where; fix: string }): string {
  const place = describeWhere(where ?? {});
  return `${place ? `${place}: ` : ''}${message}; ${fix}`;
}

function listProblems(problems: readonly Problem[]): string {
  const lines = problems.map(describeProblem);
  return lines.length === 1 ? lines[0]! : `${lines.length} problems:\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
