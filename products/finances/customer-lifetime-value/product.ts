import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import { Customer } from '../../entities.ts';
import deliveryPerformance from '../../logistics/delivery-performance/product.ts';
import orders from '../../orders/orders/product.ts';
import churnRisk from '../../users/churn-risk/product.ts';
import users from '../../users/users/product.ts';
import payments from '../payments/product.ts';

export default defineProduct({
  domain: 'finances',
  name: 'customer-lifetime-value',
  version: '1.0.0',
  archetype: 'consumer-aligned',
  purpose: 'What each customer brought, how we served them, and what may still come.',
  owner: { team: 'finances', contact: 'finances@opetence.example' },
  // Orders, users and logistics meet through the entities Customer and Order.
  inputs: {
    people: input(users, 'pseudonymous', { purpose: 'lifetime-value' }),
    churn_risk: input(churnRisk, 'risk', { purpose: 'lifetime-value' }),
    orders: input(orders, 'orders', { purpose: 'revenue-reporting' }),
    deliveries: input(deliveryPerformance, 'deliveries', { purpose: 'lifetime-value' }),
    fx_rates: input(payments, 'fx_rates'),
  },
  outputs: {
    customers: output({
      description: 'One row for each customer with an order that was delivered.',
      fields: {
        user_key: field.string('The customer').required().identifies(Customer),
        country: field.string('ISO 3166-1 alpha-2').required(),
        cohort: field.date('First day of the month of sign-up').required(),
        orders: field.long('Delivered orders').required().min(1),
        value_eur: field.decimal(14, 2, 'What they cost').required().min(0).unit('EUR'),
        last_order_on: field.date('Day of the last of them').required(),
        late_share: field.double('Of those we tracked, the share that came late').min(0).max(1).unit('share'),
        churn_risk: field
          .double('Likelihood of no order in the next 30 days; empty after half a year without one')
          .min(0)
          .max(1)
          .unit('share'),
        monthly_eur: field.double('Value by month from the sign-up to the last order').required().min(0).unit('EUR'),
        segment: field.string('For people').required().oneOf('champion', 'regular', 'at_risk', 'gone'),
      },
      key: ['user_key'],
      mode: 'replace',
      actualTime: 'last_order_on',
      quality: [
        rule.row('gone_has_no_risk', "(segment = 'gone') = (churn_risk IS NULL)"),
        rule.references('person_exists', ['user_key'], 'people', ['user_key']),
      ],
      slo: { completeness: { fields: ['late_share'], share: 0.9 } },
      terms: { usage: 'Planning.', limitations: 'Never a reason to treat one person worse.' },
      grants: [
        grant({
          to: 'marketing',
          purpose: 'campaign-planning',
          columns: ['user_key', 'segment'],
          rows: "segment <> 'gone'",
        }),
        grant({ to: 'analysts', purpose: 'exploration', until: '2027-12-31' }),
      ],
    }),
  },
  transform: sql({ steps: ['bought', 'served'] }),
  refresh: { on: 'all' },
});
