import type { Result } from './bench.ts';

/** Results as aligned text. */
export function printTable(results: readonly Result[]): string {
  const head = ['bench', 'measure', 'measured', 'goal', 'verdict', 'from'];
  const rows = results.map(({ bench, what, measured, goal, unit, from }) => {
    const show = (value: number) => (unit === 'ratio' ? `${value.toFixed(2)}×` : `${value.toFixed(3)} s`);
    const verdict = goal === undefined ? '' : measured <= goal ? 'met' : 'missed';
    return [bench, what, show(measured), goal === undefined ? '' : `≤ ${show(goal)}`, verdict, from];
  });
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return `${[head, widths.map((width) => '─'.repeat(width)), ...rows].map(line).join('\n')}\n`;
}
