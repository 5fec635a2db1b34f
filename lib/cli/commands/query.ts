import { readFileSync } from 'node:fs';
import { selectPort } from '../../api/select-port.ts';
import { QUERY_DEFAULTS, query } from '../../flow/query.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { MeshModel } from '../../model/mesh-model.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { formatRows, ROW_FORMATS, type RowFormat } from '../format-rows.ts';
import { openModel, openPorts, placeOf } from '../open-mesh.ts';
import { toCount } from '../parse-options.ts';
import { findNamedPort, isAddress } from '../port-name.ts';
import { readerOf } from '../reader.ts';
import { count, formatNumber, formatTime } from '../words.ts';

interface QueryOptions {
  readonly format?: string;
  readonly limit?: string;
  readonly timeout?: string;
  readonly columns?: string;
  readonly where?: string;
}

/** `mesh query` */
export default defineCommand<QueryOptions>({
  configure: (command) =>
    command
      .argument('<sql|port>', "a SELECT in Athena's SQL, `-` to read it from stdin, or a port: domain/product/port")
      .option('--format <format>', `${ROW_FORMATS.join(', ')}; default: table on a terminal, else csv`)
      .option('--limit <rows>', `most rows to return; default ${formatNumber(QUERY_DEFAULTS.maxRows)}`)
      .option('--timeout <seconds>', `most seconds to run; default ${QUERY_DEFAULTS.maxSeconds}`)
      .option('--columns <names>', 'of a port: only these fields, separated by commas')
      .option('--where <condition>', 'of a port: only rows that fulfil it')
      .addHelpText('after', EXAMPLES),
  async run(context, { args, options }) {
    const { print } = context;
    const format = formatOf(context, options.format);
    const limits = {
      maxRows: toCount('--limit', options.limit) ?? QUERY_DEFAULTS.maxRows,
      maxSeconds: toCount('--timeout', options.timeout) ?? QUERY_DEFAULTS.maxSeconds,
    };
    const started = Date.now();
    const place = placeOf(context);
    const { model } = await openModel(context, place);
    const reader = readerOf(model, context.global);
    const sql = sqlOf(model, String(args[0]), options);
    const ports = await openPorts(context, place, model);
    try {
      const result = await query(ports, { sql, ...reader, limits, signal: context.signal });
      if (print.json) print.answer(result);
      else {
        const { bold, dim } = print.color;
        const width = print.isTerminal ? print.columns : undefined;
        print.raw(formatRows(result, format, { title: bold, dim, width }));
      }
      const took = formatTime(Date.now() - started);
      if (result.truncated)
        print.note(`there are more rows: only the first ${formatNumber(limits.maxRows)} are shown (\`--limit\`)`);
      else if (print.isTerminal) print.note(print.noteColor.dim(`${count(result.rows.length, 'row')} (${took})`));
      return undefined;
    } finally {
      ports.close();
    }
  },
});

const EXAMPLES = `
Examples:
  $ mesh query orders/orders/order_lines --limit 5
  $ mesh query "SELECT status, count(*) AS orders FROM opetence_orders_orders.orders GROUP BY status"
  $ mesh query vendor-performance --as team:marketing --purpose campaign-planning --format csv`;

function sqlOf(model: MeshModel, word: string, options: QueryOptions): string {
  const text = word === '-' ? readFileSync(0, 'utf8') : word;
  if (!isAddress(text) && /\s/.test(text.trim())) {
    if (options.columns === undefined && options.where === undefined) return text;
    const fix = 'write them into the SQL, or name a port instead';
    throw new MeshError({ code: 'usage', kind: 'usage', message: '`--columns` and `--where` are for ports', fix });
  }
  const { product, port } = findNamedPort(model, text.trim());
  const columns = options.columns?.split(',').map((name) => name.trim());
  return selectPort(product, port, { columns, where: options.where });
}

function formatOf({ print }: CliContext, given: string | undefined): RowFormat {
  if (given === undefined) return print.isTerminal ? 'table' : 'csv';
  const format = ROW_FORMATS.find((each) => each === given);
  if (format) return format;
  const fix = `use ${ROW_FORMATS.join(', ')}`;
  throw new MeshError({ code: 'usage', kind: 'usage', message: `there is no format \`${given}\``, fix });
}
