import { type Cost, describeDollars, meshEstimate, monthlyEstimate } from '../lib/governance/price.ts';
import { PRICE_LIST } from '../lib/governance/price-list.ts';
import { IDLE_PROFILE, REFERENCE_PROFILE } from './price-reference.ts';

/** Products of the reference mesh. */
const PRODUCTS = 17;

/** What documentation says of costs, as Markdown by its name; a test holds the pages against it. */
export const PRICE_TABLES = {
  product: () => {
    const used = monthlyEstimate(REFERENCE_PROFILE);
    const idle = monthlyEstimate(IDLE_PROFILE);
    return [
      `| prices of ${PRICE_LIST.date} | idle | in use, a month | for |`,
      '|---|---|---|---|',
      ...used.lines.map(({ item, service, quantity, unit, dollars }) => {
        const resting = idle.lines.find((line) => line.item === item)?.dollars ?? 0;
        return `| ${service} | ${shown(resting)} | ${shown(dollars)} | ${amount(quantity)} × ${unit} |`;
      }),
      `| **together** | **${describeDollars(idle.dollars)}** | **${describeDollars(used.dollars)}** | |`,
    ].join('\n');
  },
  mesh: () =>
    [
      '| products | a month, when nothing happens |',
      '|---|---|',
      ...[PRODUCTS, 1_000].map(
        (products) => `| ${amount(products)} | ${describeDollars(meshEstimate(products).dollars)} |`,
      ),
    ].join('\n'),
} satisfies { readonly [name: string]: () => string };

/** All that somebody reads first, in one sentence. */
export function priceSentence(): string {
  const dollars = (cost: Cost) => describeDollars(cost.dollars);
  return `An idle product costs its storage, ${dollars(monthlyEstimate(IDLE_PROFILE))} a month for 10 GB; run daily and queried, about ${dollars(monthlyEstimate(REFERENCE_PROFILE))}.`;
}

function shown(dollars: number): string {
  return dollars === 0 ? '–' : describeDollars(dollars);
}

function amount(quantity: number): string {
  return quantity >= 1 ? quantity.toLocaleString('en-US') : quantity.toPrecision(2);
}
