import { days, defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import vendors from '../../ecommerce/vendors/product.ts';
import { Microzone, Vendor } from '../../entities.ts';
import deliveryPerformance from '../delivery-performance/product.ts';

export default defineProduct({
  domain: 'logistics',
  name: 'vendor-performance',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'Which vendors deliver late, and where.',
  owner: { team: 'logistics', contact: 'logistics@opetence.example' },
  inputs: {
    deliveries: input(deliveryPerformance, 'deliveries'),
    vendors: input(vendors, 'vendors', { purpose: 'vendor-scoring' }),
  },
  outputs: {
    weekly: output({
      description: 'One row for each vendor, microzone and week with a delivery.',
      fields: {
        vendor_id: field.string('The vendor').required().identifies(Vendor),
        vendor_name: field.string('Name on the door').classified('public'),
        microzone: field.string('Where to').required().identifies(Microzone),
        week: field.date('Its Monday').required(),
        deliveries: field.long('Deliveries').required().min(1),
        late: field.long('Of these, later than promised').required().min(0),
        late_share: field.double('Of these, the share').required().min(0).max(1).unit('share'),
        mean_minutes: field.double('From order to door, on average').required().min(0).unit('min'),
      },
      key: ['vendor_id', 'microzone', 'week'],
      mode: 'upsert',
      actualTime: 'week',
      retention: days(400),
      quality: [
        rule.row('late_is_less', 'late <= deliveries', { description: 'no more deliveries are late than there are' }),
        rule.row('week_begins_on_monday', 'day_of_week(week) = 1'),
        rule.references('vendor_exists', ['vendor_id'], 'vendors', ['vendor_id'], { severity: 'warning' }),
        rule.table('mostly_in_time', 'CAST(sum(late) AS DOUBLE) <= 0.5 * sum(deliveries)', { severity: 'warning' }),
      ],
      terms: { usage: 'Talks with vendors; planning.', limitations: 'Weeks with few deliveries say little.' },
      grants: [
        grant({ to: 'ecommerce', purpose: 'vendor-talks' }),
        grant({
          to: 'marketing',
          purpose: 'campaign-planning',
          columns: ['vendor_id', 'microzone', 'week', 'late_share'],
          rows: 'deliveries >= 5',
        }),
        grant({ to: 'analysts', purpose: 'exploration' }),
      ],
    }),
  },
  transform: sql(),
});
