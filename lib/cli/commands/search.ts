import { createSearchIndex, FACETS, SEARCH_DEFAULTS } from '../../api/search-index.ts';
import { defineCommand } from '../command.ts';
import { openModel, placeOf } from '../open-mesh.ts';
import { toCount } from '../parse-options.ts';
import { count } from '../words.ts';

interface SearchOptions {
  readonly domain?: string;
  readonly owner?: string;
  readonly archetype?: string;
  readonly status?: string;
  readonly tag?: string;
  readonly entity?: string;
  readonly limit?: string;
}

/** `mesh search` */
export default defineCommand<SearchOptions>({
  configure: (command) =>
    command
      .argument('[words...]', 'words of names, descriptions, fields, entities or tags; none lists every product')
      .option('--domain <domain>', 'only of this domain')
      .option('--owner <team>', 'only of this team')
      .option('--archetype <archetype>', 'only source-aligned, aggregate or consumer-aligned')
      .option('--status <status>', 'only draft, active, deprecated or retired')
      .option('--tag <tag>', 'only with this tag')
      .option('--entity <entity>', 'only what identifies this entity')
      .option('--limit <hits>', `most hits; default ${SEARCH_DEFAULTS.limit}`),
  async run(context, { args, options }) {
    const { print } = context;
    const { model } = await openModel(context, placeOf(context));
    const text = (args[0] as readonly string[]).join(' ');
    const limit = toCount('--limit', options.limit) ?? (text === '' ? Number.MAX_SAFE_INTEGER : SEARCH_DEFAULTS.limit);
    const answer = createSearchIndex(model).search({ ...options, text, limit });
    print.answer(answer);
    const { bold, cyan, dim } = print.color;
    if (answer.isRelaxed) print.note('nothing has all of these words; this has some of them:');
    for (const { product, port, description, archetype, owner, matched } of answer.hits) {
      print.line(
        `${bold(cyan(port === undefined ? product : `${product}/${port}`))}  ${dim(`${archetype}, ${owner}`)}`,
      );
      print.line(`  ${description}`);
      if (matched.length > 0)
        print.line(`  ${dim(`matches ${matched.slice(0, 8).join(', ')}${matched.length > 8 ? ', …' : ''}`)}`);
    }
    if (answer.total === 0)
      print.note(`nothing found${text ? ` for \`${text}\`` : ''}; try fewer words, or \`mesh search\` for everything`);
    else {
      const facets = FACETS.map((facet) =>
        Object.entries(answer.facets[facet])
          .map(([value, hits]) => `${value} ${hits}`)
          .join(', '),
      );
      print.line(dim(`${count(answer.total, 'hit')} · ${facets[0]} · ${facets[2]}`));
    }
    return undefined;
  },
});
