import { describeStatus, type ProductStatus } from '../../api/product-status.ts';
import { chooseProducts } from '../choose-products.ts';
import { defineCommand } from '../command.ts';
import { describeFinding, describeFindings } from '../describe-result.ts';
import { openModel, openPorts, placeOf } from '../open-mesh.ts';
import { formatTable } from '../table.ts';
import { formatAge, formatNumber } from '../words.ts';

/** `mesh status [product…]` */
export default defineCommand<Record<string, never>>({
  configure: (command) =>
    command.argument('[product...]', 'domain/product, a product or a domain; with their findings'),
  async run(context, { args }) {
    const { print } = context;
    const place = placeOf(context);
    const resolution = await openModel(context, place);
    const { model } = resolution;
    const words = args[0] as readonly string[];
    const chosen = words.length > 0 ? chooseProducts(resolution, words) : undefined;
    const ports = await openPorts(context, place, model);
    try {
      const all = await describeStatus(ports, model);
      const statuses = chosen ? all.filter(({ product }) => chosen.includes(product)) : all;
      print.answer(statuses);
      const { bold, dim, green, red, yellow } = print.color;
      const colors = { published: green, quarantined: red, failed: red, unknown: dim };
      const now = ports.clock.now().getTime();
      const rows = statuses.map(({ product, state, rows, findings, publishedAt, publicationId }: ProductStatus) => [
        product,
        state,
        rows === undefined ? '' : formatNumber(rows),
        describeFindings(findings),
        publishedAt === undefined ? 'never' : formatAge(now - Date.parse(publishedAt)),
        publicationId?.slice(0, 12) ?? '',
      ]);
      const columns = [
        { title: 'product' },
        { title: 'state', style: (text: string, row: number) => colors[statuses[row]!.state](text) },
        { title: 'rows', align: 'right' as const },
        {
          title: 'findings',
          style: (text: string, row: number) => (statuses[row]!.findings.length > 0 ? yellow(text) : text),
        },
        { title: 'published' },
        { title: 'publication', style: dim },
      ];
      const width = print.isTerminal ? print.columns : undefined;
      for (const line of formatTable(columns, rows, { title: bold, width })) print.line(line);
      if (statuses.every(({ publicationId, state }) => publicationId === undefined && state === 'unknown')) {
        print.note('nothing was built here yet: `mesh build` does');
      }
      for (const { product, findings, error } of chosen ? statuses : []) {
        if (findings.length > 0) print.line(`\n${bold(product)}`);
        for (const finding of findings)
          print.line(
            `  ${finding.severity === 'error' ? red('error  ') : yellow('warning')} ${describeFinding(finding)}`,
          );
        if (error !== undefined) print.line(`  ${red('failed')} ${error}`);
      }
      return undefined;
    } finally {
      ports.close();
    }
  },
});
