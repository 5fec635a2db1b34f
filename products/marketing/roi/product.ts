import { defineProduct, field, input, output, rule, sql } from 'cdk-data-mesh';
import { Campaign } from '../../entities.ts';
import payments from '../../finances/payments/product.ts';
import orders from '../../orders/orders/product.ts';
import users from '../../users/users/product.ts';
import campaigns from '../campaigns/product.ts';

export default defineProduct({
  domain: 'marketing',
  name: 'roi',
  version: '1.0.0',
  archetype: 'consumer-aligned',
  purpose: 'What each campaign brought for what it cost.',
  owner: { team: 'marketing', contact: 'marketing@opetence.example' },
  inputs: {
    campaigns: input(campaigns, 'campaigns'),
    touches: input(campaigns, 'touches', { read: 'all' }),
    spend: input(campaigns, 'spend'),
    orders: input(orders, 'orders', { purpose: 'campaign-attribution' }),
    audience: input(users, 'pseudonymous', { purpose: 'campaign-attribution' }),
    fx_rates: input(payments, 'fx_rates', { purpose: 'campaign-attribution' }),
  },
  outputs: {
    campaign_roi: output({
      description: 'One row for each campaign. An order belongs to the last touch in the seven days before it.',
      fields: {
        campaign_id: field.string('The campaign').required().identifies(Campaign),
        name: field.string('What we call it').required(),
        channel: field.string('Where it ran').required(),
        touches: field.long('Touches').required().min(0),
        clicks: field.long('Of these, with a click').required().min(0),
        without_consent: field.long('Touches of people that have not agreed to advertising').required().min(0),
        orders: field.long('Orders that followed, of people that agreed').required().min(0),
        revenue_eur: field.decimal(14, 2, 'What these brought').required().min(0).unit('EUR'),
        spend_eur: field.decimal(14, 2, 'Costs').required().min(0).unit('EUR'),
        roi: field.double('(revenue - costs) / costs; empty without costs').unit('share'),
      },
      key: ['campaign_id'],
      mode: 'replace',
      quality: [
        rule.row('clicks_are_fewer', 'clicks <= touches'),
        rule.row('has_costs', 'spend_eur > 0', { severity: 'warning' }),
        rule.row('touches_with_consent', 'without_consent <= 0.12 * touches', {
          description: '88 % of the touches are of people that agree to advertising',
          severity: 'warning',
        }),
      ],
      terms: { usage: 'Planning of campaigns.', limitations: 'What follows a touch need not come from it.' },
    }),
  },
  transform: sql({ steps: ['attributed', 'reached', 'brought', 'costs'] }),
});
