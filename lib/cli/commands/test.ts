import { chooseProducts } from '../choose-products.ts';
import { defineCommand } from '../command.ts';
import { FAILED } from '../exit-code.ts';
import { openModel, placeOf } from '../open-mesh.ts';
import { printProblems } from '../report-error.ts';
import { testProducts } from '../test-products.ts';
import { count, formatTime } from '../words.ts';

/** `mesh test [product…]` */
export default defineCommand<Record<string, never>>({
  configure: (command) =>
    command.argument('[product...]', 'domain/product, a product or a domain; default: every product'),
  async run(context, { args }) {
    const { print, signal } = context;
    const started = Date.now();
    const place = placeOf(context);
    const { model, problems } = await openModel(context, place);
    const words = args[0] as readonly string[];
    const chosen = words.length > 0 ? chooseProducts({ model, problems }, words) : undefined;
    const products = model.products.filter(({ id }) => chosen?.includes(id) ?? true);
    const { bold, cyan, dim, green, red } = print.color;
    let last = '';
    const tested = await testProducts(place, model, products, {
      signal,
      onCase: (each) => {
        print.event('case', each);
        if (each.product !== last) print.line(bold(each.product));
        last = each.product;
        const mark = each.differences.length === 0 ? green('✓') : red('✗');
        print.line(`  ${mark} ${each.case} ${dim(`(${formatTime(each.milliseconds)})`)}`);
        if (each.differences.length > 0) print.line(`    ${dim('at')} ${cyan(`${each.file}:${each.line}`)}`);
        for (const difference of each.differences) print.line(`    ${difference}`);
      },
    });
    printProblems(print, tested.problems);
    const failed = tested.cases.filter(({ differences }) => differences.length > 0);
    print.event('end', {
      cases: tested.cases.length,
      failed: failed.length,
      problems: tested.problems,
      withoutCases: tested.withoutCases,
    });
    if (tested.withoutCases.length > 0)
      print.note(print.noteColor.dim(`without cases: ${tested.withoutCases.join(', ')}`));
    const wrong = tested.problems.length;
    const result = [failed.length > 0 && `${failed.length} fail`, wrong > 0 && count(wrong, 'problem')].filter(Boolean);
    print.line(
      `\n${count(tested.cases.length, 'case')} of ${count(products.length, 'product')}: ${result.length > 0 ? red(result.join(', ')) : green('all hold')} (${formatTime(Date.now() - started)})`,
    );
    return failed.length + tested.problems.length + problems.length > 0 ? FAILED : undefined;
  },
});
