import { days, defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { Campaign, Customer } from '../../entities.ts';

const CHANNELS = ['email', 'search', 'social', 'display'] as const;

export default defineProduct({
  domain: 'marketing',
  name: 'campaigns',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Which campaigns ran, whom they touched and what they cost.',
  owner: { team: 'marketing', contact: 'marketing@opetence.example' },
  inputs: {
    campaign_drops: source({
      description: 'Campaigns as planned, two new ones a month',
      path: 'marketing/campaigns',
      format: 'csv',
      // A few rows, and every run's touches refer to campaigns of before.
      read: 'all',
      fields: {
        campaign_id: field.string('Number of the campaign'),
        name: field.string('What we call it'),
        channel: field.string('email, search, social or display'),
        currency: field.string('Of its costs'),
        starts_on: field.date('First day'),
        ends_on: field.date('The day after its last'),
      },
    }),
    touch_drops: source({
      description: 'Who saw an advertisement; some twice, some of campaigns nobody knows',
      path: 'marketing/touches',
      format: 'csv',
      fields: {
        touch_id: field.string('Number of the touch'),
        campaign_id: field.string('Of which campaign'),
        user_id: field.string('Who, as far as known').classified('confidential'),
        channel: field.string('Where'),
        clicked: field.boolean('Whether they clicked'),
        touched_at: field.timestamp('When'),
      },
    }),
    spend_drops: source({
      description: 'Costs by campaign and day; corrected later, some with a decimal comma',
      path: 'marketing/spend',
      format: 'csv',
      delimiter: ';',
      fields: {
        campaign_id: field.string('Of which campaign'),
        day: field.date('Day'),
        amount: field.string('Costs; `12.50` or `12,50`'),
        currency: field.string('ISO 4217'),
        reported_at: field.timestamp('When the network reported it'),
      },
    }),
  },
  outputs: {
    campaigns: output({
      description: 'One row for each campaign.',
      fields: {
        campaign_id: field.string('The campaign').required().unique().identifies(Campaign),
        name: field.string('What we call it').required().minLength(3),
        channel: field
          .string('Where it runs')
          .required()
          .oneOf(...CHANNELS),
        starts_on: field.date('First day').required(),
        ends_on: field.date('The day after its last').required(),
      },
      key: ['campaign_id'],
      mode: 'upsert',
      actualTime: 'starts_on',
      quality: [rule.row('ends_after_start', 'ends_on > starts_on')],
    }),
    touches: output({
      description: 'Each touch of a known person once.',
      fields: {
        touch_id: field.string('The touch').required().unique(),
        campaign_id: field.string('Of which campaign').required().identifies(Campaign),
        user_key: field.string('Who, by pseudonym').required().identifies(Customer),
        channel: field
          .string('Where')
          .required()
          .oneOf(...CHANNELS),
        clicked: field.boolean('Whether they clicked').required(),
        touched_at: field.timestamp('When').required(),
      },
      mode: 'append',
      actualTime: 'touched_at',
      retention: days(730),
      quality: [
        rule.references('campaign_exists', ['campaign_id'], 'campaigns', ['campaign_id'], {
          description: 'the touch is of a campaign we know',
          severity: 'warning',
        }),
      ],
      slo: { volume: { minRows: 1 } },
    }),
    spend: output({
      description: 'Costs by campaign and day, as last reported.',
      fields: {
        campaign_id: field.string('Of which campaign').required().identifies(Campaign),
        day: field.date('Day').required(),
        amount: field.decimal(12, 2, 'Costs in their currency').required().min(0),
        currency: field.string('ISO 4217').required().oneOf('EUR', 'GBP'),
        reported_at: field.timestamp('When the network reported it').required(),
      },
      key: ['campaign_id', 'day'],
      mode: 'upsert',
      actualTime: 'reported_at',
      quality: [rule.references('campaign_exists', ['campaign_id'], 'campaigns', ['campaign_id'])],
      grants: [grant({ to: 'finances', purpose: 'cost-reporting' })],
    }),
  },
  transform: sql(),
});
