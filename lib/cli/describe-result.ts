import type { RunResult } from '../flow/run.ts';
import type { Finding } from '../ports/finding.ts';
import type { Printer } from './printer.ts';
import { formatTable } from './table.ts';
import { count, formatNumber, formatTime } from './words.ts';

/** How a run ended, as one line. */
export function describeResult(result: RunResult): string {
  const { product, kind, milliseconds } = result;
  return `${kind} ${product}${tail(result)} (${formatTime(milliseconds)})`;
}

/** A result as JSON holds it. */
export function plainResult(result: RunResult): object {
  if (result.kind !== 'failed') return result;
  const { error, ...rest } = result;
  return {
    ...rest,
    error: { code: error.code, kind: error.kind, message: error.message, where: error.where, fix: error.fix },
  };
}

/** The summary of a build: a table of what ran, then what stopped a publication, with examples. */
export function printResults(print: Printer, results: readonly RunResult[]): void {
  const { bold, dim, green, red, yellow } = print.color;
  const shown = results.filter(({ kind }) => kind !== 'unchanged');
  const rows = shown.map((result) => [
    result.product,
    result.kind === 'published' ? formatNumber(sumRows(result.rows)) : '',
    describeFindings(result.findings),
    formatTime(result.milliseconds),
    publicationOf(result),
  ]);
  const color = (text: string, row: number) => {
    const { kind, findings } = shown[row]!;
    if (kind === 'waiting') return dim(text);
    if (kind !== 'published') return red(text);
    return findings.length > 0 ? yellow(text) : green(text);
  };
  const columns = [
    { title: 'product' },
    { title: 'rows', align: 'right' as const },
    {
      title: 'findings',
      style: (text: string, row: number) => (shown[row]!.findings.length > 0 ? color(text, row) : text),
    },
    { title: 'time', align: 'right' as const },
    { title: 'publication', style: color },
  ];
  const width = print.isTerminal ? print.columns : undefined;
  if (rows.length > 0) for (const line of formatTable(columns, rows, { title: bold, width })) print.line(line);
  const unchanged = results.length - shown.length;
  if (unchanged > 0 && shown.length > 0) print.line(dim(`${count(unchanged, 'product')} unchanged`));
  for (const result of shown) printWrong(print, result);
}

function printWrong(print: Printer, result: RunResult): void {
  const { bold, cyan, dim, red } = print.noteColor;
  if (result.kind === 'failed') {
    const { code, where, fix, problems, message } = result.error;
    print.note(
      `\n${red('failed')} ${dim(`[${code}]`)} ${bold(result.product)}: ${problems.length === 1 ? problems[0]!.message : message}`,
    );
    if (where.file)
      print.note(`  ${dim('at')}  ${cyan(`${where.file}${where.line ? `:${where.line}:${where.column ?? 1}` : ''}`)}`);
    print.note(`  ${dim('fix')} ${fix}`);
  }
  if (result.kind !== 'quarantined') return;
  const errors = result.findings.filter(({ severity }) => severity === 'error');
  print.note(
    `\n${red('quarantined')} ${bold(result.product)}: ${count(errors.length, 'broken rule')}; consumers see what they saw before`,
  );
  for (const finding of errors) print.note(`  ${describeFinding(finding)}`);
  print.note(
    `  ${dim('fix')} mend the data or the rule, then build again${result.again ? ' (`--retry` runs it although nothing changed)' : ''}`,
  );
}

/** One broken rule with how often and where. */
export function describeFinding({ port, rule, count: broken, share, examples, message }: Finding): string {
  const where = examples.length > 0 ? `, such as ${examples.slice(0, 5).join(', ')}` : '';
  return `${port}.${rule}: ${message} (${formatNumber(broken)}, ${formatShare(share)}${where})`;
}

/** `2 errors, 1 warning`, or a dash. */
export function describeFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  return [errors && count(errors, 'error'), warnings && count(warnings, 'warning')].filter(Boolean).join(', ') || '–';
}

function formatShare(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 0.1 ? 'under 0.1 %' : `${Number(percent.toFixed(1))} %`;
}

function publicationOf(result: RunResult): string {
  switch (result.kind) {
    case 'published':
    case 'unchanged':
      return result.publicationId.slice(0, 12);
    case 'quarantined':
      return result.again ? 'quarantined before' : 'quarantined';
    case 'waiting':
      return `waits: ${result.reason}`;
    case 'failed':
      return 'failed';
  }
}

function tail(result: RunResult): string {
  if (result.kind === 'published')
    return `: ${count(sumRows(result.rows), 'row')}, findings ${describeFindings(result.findings)}`;
  if (result.kind === 'waiting') return `: ${result.reason}`;
  if (result.kind === 'quarantined') return `: ${describeFindings(result.findings)}`;
  return '';
}

function sumRows(rows: { readonly [port: string]: number }): number {
  return Object.values(rows).reduce((sum, each) => sum + each, 0);
}
