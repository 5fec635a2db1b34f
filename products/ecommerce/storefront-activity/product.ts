import { days, defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { Item, User } from '../../entities.ts';

export default defineProduct({
  domain: 'ecommerce',
  name: 'storefront-activity',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'What people look at, put in the cart and buy on the web, in the app and in our mails.',
  owner: { team: 'ecommerce', contact: 'ecommerce@opetence.example' },
  inputs: {
    events: source({
      description: 'Events as the collector got them: some twice, some days late, some from crawlers',
      path: 'ecommerce/activity',
      format: 'ndjson',
      fields: {
        event_id: field.string('Number of the event'),
        session_id: field.string('Visit'),
        user_id: field.string('Missing when not signed in').classified('confidential'),
        platform: field.string('web, app or email'),
        event: field.string('What happened'),
        item_id: field.string('With what'),
        agent: field.string('What the browser calls itself'),
        happened_at: field.timestamp('By the clock of the device'),
        received_at: field.timestamp('By our clock'),
      },
    }),
  },
  outputs: {
    activity: output({
      description: 'Each event once, of people only.',
      fields: {
        event_id: field.string('The event').required().unique(),
        session_id: field.string('The visit').required(),
        user_id: field.string('Who, if signed in').identifies(User).classified('confidential'),
        platform: field.string('Where').required().oneOf('web', 'app', 'email'),
        event: field.string('What').required().oneOf('view', 'search', 'add_to_cart', 'checkout', 'open', 'click'),
        item_id: field.string('With what item').identifies(Item),
        happened_at: field.timestamp('When; never later than we got it').required(),
        received_at: field.timestamp('When we got it').required(),
        is_late: field.boolean('Whether it came more than an hour after it happened').required(),
      },
      mode: 'append',
      actualTime: 'happened_at',
      retention: days(730),
      quality: [rule.row('received_after_it_happened', 'received_at >= happened_at')],
      slo: { freshness: days(62), completeness: { fields: ['user_id'], share: 0.4 }, volume: { minRows: 1 } },
      terms: { usage: 'Analysis of behaviour in groups.', limitations: 'Not for decisions about one person.' },
      grants: [
        grant({
          to: 'users',
          purpose: 'engagement-analysis',
          columns: ['session_id', 'user_id', 'platform', 'event', 'happened_at'],
          rows: 'user_id IS NOT NULL',
        }),
      ],
    }),
  },
  transform: sql(),
  tags: ['events'],
});
