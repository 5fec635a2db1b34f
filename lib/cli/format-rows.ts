import { plainJson } from '../api/plain-json.ts';
import type { QueryResult } from '../ports/warehouse.ts';
import { formatTable } from './table.ts';

export const ROW_FORMATS = ['table', 'csv', 'json', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export interface TableStyle {
  readonly title: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly width?: number;
}

/** A query's rows as text, in the form asked for; ends with a newline unless it is empty. */
export function formatRows({ columns, rows }: QueryResult, format: RowFormat, style: TableStyle): string {
  const names = columns.map(({ name }) => name);
  switch (format) {
    case 'json':
      return `${JSON.stringify(rows, plainJson, 2)}\n`;
    case 'ndjson':
      return rows.map((row) => `${JSON.stringify(row, plainJson)}\n`).join('');
    case 'csv':
      return [names, ...rows.map((row) => names.map((name) => toText(row[name])))]
        .map((cells) => `${cells.map(csvCell).join(',')}\n`)
        .join('');
    case 'table': {
      const isNumber = (type: string) => /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/.test(type);
      const titles = columns.map(({ name, type }) => ({
        title: name,
        align: isNumber(type) ? ('right' as const) : ('left' as const),
        style: (cell: string) => (cell.trim() === NULL ? style.dim(cell) : cell),
      }));
      const cells = rows.map((row) => names.map((name) => (row[name] === null ? NULL : toText(row[name]))));
      const lines = formatTable(titles, cells, style);
      return `${lines.join('\n')}\n`;
    }
  }
}

const NULL = 'null';

/** A null is nothing in CSV. */
function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return JSON.stringify(plainJson('', value), plainJson);
  return String(value);
}

/** RFC 4180. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
