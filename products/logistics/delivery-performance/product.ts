import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import { Microzone, Order, Shipment, Vendor } from '../../entities.ts';
import orders from '../../orders/orders/product.ts';
import shipments from '../shipments/product.ts';

export default defineProduct({
  domain: 'logistics',
  name: 'delivery-performance',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'Whether each delivery kept its promise.',
  owner: { team: 'logistics', contact: 'logistics@opetence.example' },
  inputs: {
    shipments: input(shipments, 'shipments'),
    orders: input(orders, 'orders', { purpose: 'delivery-measurement' }),
  },
  outputs: {
    deliveries: output({
      description: 'One row for each shipment that reached the door and whose order we know.',
      fields: {
        shipment_id: field.string('The shipment').required().identifies(Shipment),
        order_id: field.string('The order it carried').required().identifies(Order),
        vendor_id: field.string('From whom').required().identifies(Vendor),
        city: field.string('Where to').required(),
        microzone: field.string('Where to, more closely').required().identifies(Microzone),
        day: field.date('Day of the order').required(),
        minutes: field.double('From the order to the door').required().min(0).unit('min'),
        promised_minutes: field.double('What was promised; an hour where nothing was').required().min(1).unit('min'),
        is_late: field.boolean('Whether it came later than promised').required(),
        has_promise: field.boolean('Whether anything was promised').required(),
      },
      key: ['shipment_id'],
      mode: 'replace',
      actualTime: 'day',
      quality: [
        rule.row('arrives_within_two_days', 'minutes <= 2880', { severity: 'warning' }),
        rule.row('late_means_longer', 'is_late = (minutes > promised_minutes)'),
      ],
      terms: { usage: 'Service levels of deliveries.' },
      grants: [grant({ to: 'finances', purpose: 'lifetime-value', columns: ['order_id', 'is_late'] })],
    }),
  },
  transform: sql(),
  refresh: { on: 'all' },
});
