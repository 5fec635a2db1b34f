import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import catalog from '../../ecommerce/catalog/product.ts';
import orders from '../../orders/orders/product.ts';
import payments from '../payments/product.ts';

export default defineProduct({
  domain: 'finances',
  name: 'revenue',
  version: '1.0.0',
  archetype: 'consumer-aligned',
  purpose: 'What we earn, in euro: day by day and city, and month by month and category.',
  owner: { team: 'finances', contact: 'finances@opetence.example' },
  inputs: {
    orders: input(orders, 'orders', { purpose: 'revenue-reporting' }),
    order_lines: input(orders, 'order_lines', { purpose: 'revenue-reporting' }),
    items: input(catalog, 'items', { purpose: 'revenue-reporting' }),
    payments: input(payments, 'payments'),
    fx_rates: input(payments, 'fx_rates'),
  },
  outputs: {
    daily: output({
      description: 'One row for each day and city with an order that was delivered or returned.',
      fields: {
        day: field.date('Day of the orders').required(),
        country: field.string('ISO 3166-1 alpha-2').required(),
        city: field.string('City').required(),
        orders: field.long('Orders').required().min(1),
        gross_eur: field.decimal(14, 2, 'What they cost').required().min(0).unit('EUR'),
        refunded_eur: field.decimal(14, 2, 'What was paid back for them, to this day').required().min(0).unit('EUR'),
        net_eur: field.decimal(14, 2, 'What is left').required().unit('EUR'),
      },
      key: ['day', 'city'],
      mode: 'replace',
      actualTime: 'day',
      quality: [
        rule.row('net_adds_up', 'net_eur = gross_eur - refunded_eur'),
        rule.row('earns_something', 'net_eur > 0', { severity: 'warning' }),
      ],
      terms: { usage: 'Reporting.', limitations: 'Before taxes and fees.' },
      grants: [grant({ to: 'analysts', purpose: 'exploration' }), grant({ to: 'governance', purpose: 'reporting' })],
    }),
    monthly_by_category: output({
      description: 'One row for each month and category of what was delivered, before refunds.',
      fields: {
        month: field.date('Its first day').required(),
        category: field.string('Category of the item; `unknown` where the catalog does not say').required(),
        lines: field.long('Order lines').required().min(1),
        gross_eur: field.decimal(14, 2, 'What they cost').required().min(0).unit('EUR'),
      },
      key: ['month', 'category'],
      mode: 'replace',
      actualTime: 'month',
      quality: [rule.row('category_is_known', "category <> 'unknown'", { severity: 'warning' })],
      grants: [grant({ to: 'analysts', purpose: 'exploration' })],
    }),
  },
  transform: sql({ steps: ['refunds'] }),
});
