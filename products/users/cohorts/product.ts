import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import orders from '../../orders/orders/product.ts';
import users from '../users/product.ts';

export default defineProduct({
  domain: 'users',
  name: 'cohorts',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'How many of those who signed up in a month still order, month by month.',
  owner: { team: 'users', contact: 'users@opetence.example' },
  inputs: {
    people: input(users, 'pseudonymous'),
    orders: input(orders, 'orders', { purpose: 'behaviour-analysis' }),
  },
  outputs: {
    retention: output({
      description: 'One row for each month of sign-up and month after it in which somebody ordered.',
      fields: {
        cohort: field.date('First day of the month of sign-up').required(),
        months_later: field.int('Months after the sign-up').required().min(0).max(600),
        users: field.long('Who signed up').required().min(1),
        active_users: field.long('Of these, who ordered').required().min(1),
        orders: field.long('What they ordered').required().min(1),
        active_share: field.double('Of who signed up, the share that ordered').required().min(0).max(1).unit('share'),
      },
      key: ['cohort', 'months_later'],
      mode: 'replace',
      actualTime: 'cohort',
      quality: [
        rule.row('active_is_less', 'active_users <= users'),
        rule.row('orders_at_least_once', 'orders >= active_users'),
        rule.row('big_enough', 'users >= 10', {
          description: 'the cohort is big enough to say something',
          severity: 'warning',
        }),
      ],
      terms: { usage: 'Any analysis inside Opetence.' },
      grants: [
        grant({ to: 'marketing', purpose: 'campaign-planning' }),
        grant({ to: 'analysts', purpose: 'exploration' }),
      ],
    }),
  },
  transform: sql(),
  refresh: { on: 'all' },
  policies: [{ kind: 'max-classification', classification: 'internal' }],
});
