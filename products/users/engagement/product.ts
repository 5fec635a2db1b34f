import { defineProduct, field, input, output, rule, sql } from 'cdk-data-mesh';
import activity from '../../ecommerce/storefront-activity/product.ts';
import { Customer } from '../../entities.ts';
import users from '../users/product.ts';

export default defineProduct({
  domain: 'users',
  name: 'engagement',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'How people use web, app and mails together, month by month.',
  owner: { team: 'users', contact: 'users@opetence.example' },
  inputs: {
    activity: input(activity, 'activity', { purpose: 'engagement-analysis' }),
    profiles: input(users, 'profiles'),
  },
  outputs: {
    monthly: output({
      description: 'One row for each user and month with any activity; testers are left out.',
      fields: {
        user_key: field.string('Pseudonym of the user').required().identifies(Customer),
        month: field.date('Its first day').required(),
        sessions: field.long('Visits').required().min(1),
        web_events: field.long('Events on the web').required().min(0),
        app_events: field.long('Events in the app').required().min(0),
        email_events: field.long('Events in mails').required().min(0),
        platforms: field.int('Platforms used').required().min(1).max(3),
        checkouts: field.long('Times at the checkout').required().min(0),
        last_active_on: field.date('Last day of activity in the month').required(),
      },
      key: ['user_key', 'month'],
      mode: 'replace',
      actualTime: 'month',
      quality: [
        rule.row('last_day_is_in_month', "CAST(date_trunc('month', last_active_on) AS DATE) = month"),
        rule.row('acts_like_a_person', 'sessions <= 300', { severity: 'warning' }),
      ],
      slo: { volume: { minRows: 1 } },
      terms: { usage: 'Analysis of groups.' },
    }),
  },
  transform: sql({ steps: ['by_platform'] }),
});
