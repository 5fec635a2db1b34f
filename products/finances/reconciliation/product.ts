import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import { Order } from '../../entities.ts';
import orders from '../../orders/orders/product.ts';
import payments from '../payments/product.ts';

export default defineProduct({
  domain: 'finances',
  name: 'reconciliation',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'Whether what was paid is what was due, order by order.',
  owner: { team: 'finances', contact: 'finances@opetence.example' },
  inputs: {
    orders: input(orders, 'orders', { purpose: 'payment-matching' }),
    payments: input(payments, 'payments'),
  },
  outputs: {
    matches: output({
      description: 'One row for each order or paid-for order number.',
      fields: {
        order_id: field.string('The order').required().identifies(Order),
        verdict: field
          .string('What became of it')
          .required()
          .oneOf(
            'matched',
            'partly_refunded',
            'unpaid',
            'underpaid',
            'overpaid',
            'refund_due',
            'other_currency',
            'unknown_order',
          ),
        currency: field.string('Of the order, or of the payment of an unknown one').required(),
        due: field.decimal(14, 2, 'What was to be paid').required().min(0),
        charged: field.decimal(14, 2, 'What was paid in that currency').required().min(0),
        refunded: field.decimal(14, 2, 'What was paid back in that currency').required().min(0),
        balance: field.decimal(14, 2, 'Paid, less paid back, less due').required(),
        settled_at: field.timestamp('Last payment'),
      },
      key: ['order_id'],
      mode: 'replace',
      quality: [
        rule.row('balance_adds_up', 'balance = charged - refunded - due'),
        rule.row('is_settled', "verdict IN ('matched', 'partly_refunded')", {
          description: 'nothing is owed either way',
          severity: 'warning',
        }),
        rule.table('books_nearly_close', "count_if(verdict IN ('matched', 'partly_refunded')) > 0.95 * count(*)"),
      ],
      terms: { usage: 'Closing of the month; dunning.' },
      grants: [grant({ to: 'analysts', purpose: 'exploration', columns: ['verdict', 'currency', 'due', 'balance'] })],
    }),
  },
  transform: sql({ steps: ['paid', 'compared'] }),
});
