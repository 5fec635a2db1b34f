import { defineProduct, field, grant, input, model, output, rule } from 'cdk-data-mesh';
import { Customer } from '../../entities.ts';
import orders from '../../orders/orders/product.ts';
import engagement from '../engagement/product.ts';

export default defineProduct({
  domain: 'users',
  name: 'churn-risk',
  version: '1.0.0',
  archetype: 'consumer-aligned',
  purpose: 'Who of those that order is likely not to order again within a month.',
  owner: { team: 'users', contact: 'users@opetence.example' },
  inputs: {
    orders: input(orders, 'orders', { purpose: 'behaviour-analysis' }),
    engagement: input(engagement, 'monthly'),
  },
  outputs: {
    risk: output({
      description: 'One row for each customer who ordered in the half year before.',
      fields: {
        user_key: field.string('The customer').required().identifies(Customer),
        scored_on: field.date('Last day of orders that the score knows').required(),
        risk: field.double('Likelihood of no order in the 30 days after').required().min(0).max(1).unit('share'),
        band: field.string('For people').required().oneOf('low', 'middle', 'high'),
      },
      key: ['user_key'],
      mode: 'replace',
      actualTime: 'scored_on',
      quality: [rule.row('band_fits', "(band = 'high') = (risk >= 0.7)")],
      terms: {
        usage: 'Offers and planning.',
        limitations: 'A guess about groups. Never a reason to treat one person worse.',
      },
      grants: [
        grant({ to: 'finances', purpose: 'lifetime-value' }),
        grant({ to: 'marketing', purpose: 'campaign-planning' }),
      ],
    }),
    evaluation: output({
      description: 'How good the model was on a fifth of the customers that it had not seen, and what it weighs.',
      fields: {
        measure: field.string('auc, base_rate, customers, or weight_ and a feature').required().pattern('^[a-z_]+$'),
        value: field.double('Value').required(),
      },
      key: ['measure'],
      mode: 'replace',
      quality: [
        rule.table('better_than_chance', "max(CASE WHEN measure = 'auc' THEN value END) > 0.55", {
          description: 'the model tells who leaves better than a coin',
          severity: 'warning',
        }),
      ],
    }),
  },
  transform: model('transform.ts', { seed: 42 }),
  tags: ['model'],
});
