import { days, defineProduct, field, grant, input, output, rule, source, sql } from 'cdk-data-mesh';
import { Order } from '../../entities.ts';
import orders from '../../orders/orders/product.ts';

const currency = (description: string) => field.string(description).required().oneOf('EUR', 'CHF', 'GBP', 'DKK', 'SEK');

export default defineProduct({
  domain: 'finances',
  name: 'payments',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Every payment once, in its currency and in euro, and the rates used.',
  owner: { team: 'finances', contact: 'finances@opetence.example' },
  inputs: {
    payment_drops: source({
      description: 'Reports of the payment provider: some rows twice, some of orders nobody knows',
      path: 'finances/payments',
      format: 'csv',
      fields: {
        payment_id: field.string('Number of the payment'),
        order_id: field.string('For what'),
        kind: field.string('charge or refund'),
        outcome: field.string('settled or failed'),
        method: field.string('card, wallet or transfer'),
        amount: field.decimal(12, 2, 'Amount; never negative'),
        currency: field.string('ISO 4217; capitals vary'),
        processed_at: field.timestamp('When'),
      },
    }),
    rate_drops: source({
      description: 'Rates of the central bank; none at the weekend, some corrected in the evening',
      path: 'finances/fx_rates',
      format: 'csv',
      // The rate of a Sunday may stand in the drop of the month before.
      read: 'all',
      fields: {
        day: field.date('Day'),
        currency: field.string('ISO 4217'),
        eur_per_unit: field.decimal(12, 6, 'Euro for one unit'),
        published_at: field.timestamp('When it was published'),
      },
    }),
    orders: input(orders, 'orders', { purpose: 'payment-matching' }),
  },
  outputs: {
    payments: output({
      description: 'One row for each payment, failed ones too.',
      fields: {
        payment_id: field.string('The payment').required().pattern('^p[0-9]+$'),
        order_id: field.string('For what').required().identifies(Order),
        kind: field.string('Which way the money went').required().oneOf('charge', 'refund'),
        outcome: field.string('Whether it went').required().oneOf('settled', 'failed'),
        method: field.string('How').required().oneOf('card', 'wallet', 'transfer'),
        amount: field.decimal(12, 2, 'Amount in its currency').required().min(0),
        currency: currency('Currency of the amount'),
        amount_eur: field.decimal(12, 2, 'Amount at the rate of the day').required().min(0).unit('EUR'),
        processed_at: field.timestamp('When').required(),
      },
      key: ['payment_id'],
      mode: 'upsert',
      actualTime: 'processed_at',
      quality: [
        rule.references('order_exists', ['order_id'], 'orders', ['order_id'], {
          description: 'the payment is for an order we know',
          severity: 'warning',
        }),
        rule.table('most_settle', "count_if(outcome = 'failed') < 0.1 * count(*)", { severity: 'warning' }),
      ],
      slo: { freshness: days(62), volume: { minRows: 1 } },
      terms: { usage: 'Accounting.' },
    }),
    fx_rates: output({
      description: 'A rate for each day and currency; at the weekend the last one before. Euro has 1.',
      fields: {
        currency: currency('Currency'),
        day: field.date('Day').required(),
        eur_per_unit: field
          .decimal(12, 6, 'Euro for one unit')
          .required()
          .min(0.01)
          .max(10)
          .unit('EUR')
          .classified('public'),
        quoted_on: field.date('Day the rate is of').required(),
      },
      key: ['currency', 'day'],
      mode: 'upsert',
      quality: [rule.row('rate_is_recent', "day < quoted_on + INTERVAL '7' DAY", { severity: 'warning' })],
      grants: [grant({ to: 'marketing', purpose: 'campaign-attribution' })],
    }),
  },
  transform: sql({ steps: ['quoted', 'daily_rates'] }),
});
