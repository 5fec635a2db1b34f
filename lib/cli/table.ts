/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Styles a whole cell, padding included. */
  readonly style?: (cell: string, row: number) => string;
}

export interface TableOptions {
  /** Styles the titles. */
  readonly title?: (text: string) => string;
  /** Columns of the terminal; wider tables have their widest cells cut. @default no limit */
  readonly width?: number;
}

const GAP = '  ';
const NARROWEST = 8;

/** Rows as lines of aligned columns under their titles. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/[\r\n\t]+/g, ' ')));
  const widths = columns.map(({ title }, index) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), displayWidth(title)),
  );
  if (options.width !== undefined) shrink(widths, options.width);
  const format = (row: readonly string[], style: (text: string, column: number) => string) =>
    columns
      .map(({ align }, index) => {
        const text = cut(row[index] ?? '', widths[index]!);
        const padding = ' '.repeat(widths[index]! - displayWidth(text));
        const isLast = index === columns.length - 1;
        return style(align === 'right' ? padding + text : isLast ? text : text + padding, index);
      })
      .join(GAP)
      .trimEnd();
  const title = options.title ?? ((text: string) => text);
  return [
    format(
      columns.map((column) => column.title),
      title,
    ),
    ...cells.map((row, number) => format(row, (text, index) => columns[index]!.style?.(text, number) ?? text)),
  ];
}

/** Takes from the widest column until the table fits, but leaves each something to be read. */
function shrink(widths: number[], limit: number): void {
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  for (let excess = total() - limit; excess > 0; excess = total() - limit) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return;
    const index = widths.indexOf(widest);
    const next = Math.max(NARROWEST, ...widths.filter((width) => width < widest));
    widths[index] = Math.max(next, widest - excess, NARROWEST);
    if (widths[index] === widest) widths[index] = widest - 1;
  }
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return `${[...text].slice(0, width - 1).join('')}…`;
}

function displayWidth(text: string): number {
  return [...text].length;
}
