import { code, defineProduct, field, output, rule, source } from 'cdk-data-mesh';
import { Order, Shipment } from '../../entities.ts';

export default defineProduct({
  domain: 'logistics',
  name: 'shipments',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Where each shipment stands, folded from what couriers’ phones say.',
  owner: { team: 'logistics', contact: 'logistics@opetence.example' },
  inputs: {
    tracking: source({
      description: 'Events of couriers’ phones in the order they arrived: some twice, late, or by a wrong clock',
      path: 'logistics/tracking',
      format: 'ndjson',
      fields: {
        event_id: field.string('Number of the event').required(),
        shipment_id: field.string('The shipment').required(),
        order_id: field.string('The order it carries').required(),
        courier_id: field.string('Who carries it; missing when the phone did not say'),
        event: field.string('created, picked_up, failed, delivered, returned or cancelled').required(),
        happened_at: field.timestamp('By the clock of the phone').required(),
        received_at: field.timestamp('By our clock').required(),
      },
    }),
  },
  outputs: {
    shipments: output({
      description: 'One row for each shipment, from all of its events.',
      fields: {
        shipment_id: field.string('The shipment').required().pattern('^s[0-9]+$').identifies(Shipment),
        order_id: field.string('The order it carries').required().identifies(Order),
        courier_id: field.string('Who carried it last').classified('confidential'),
        status: field
          .string('Where it stands')
          .required()
          .oneOf('created', 'under_way', 'delivered', 'returned', 'cancelled'),
        created_at: field.timestamp('When it was announced'),
        picked_up_at: field.timestamp('When it left the vendor'),
        delivered_at: field.timestamp('When it was at the door'),
        failed_attempts: field.int('How often nobody opened').required().min(0).max(10),
        clock_suspect: field.boolean('Whether a phone’s clock was wrong, and ours was taken').required(),
        events: field.int('Events it is made of').required().min(1),
        updated_at: field.timestamp('When its last event happened').required(),
      },
      key: ['shipment_id'],
      mode: 'replace',
      actualTime: 'updated_at',
      quality: [
        rule.row(
          'delivered_after_picked_up',
          'delivered_at IS NULL OR picked_up_at IS NULL OR delivered_at >= picked_up_at',
        ),
        rule.row('has_an_end', "status NOT IN ('created', 'under_way')", {
          description: 'the shipment was delivered, returned or cancelled',
          severity: 'warning',
        }),
      ],
      slo: { completeness: { fields: ['courier_id'], share: 0.9 } },
      terms: { usage: 'Planning of deliveries.', limitations: 'Not for the rating of couriers.' },
    }),
  },
  transform: code('transform.ts'),
  policies: [{ kind: 'max-classification', classification: 'confidential' }],
  tags: ['events', 'streaming'],
});
