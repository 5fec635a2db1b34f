import { defineTransform, type InputRowOf } from 'cdk-data-mesh';
import type product from './product.ts';

type TrackingEvent = InputRowOf<typeof product, 'tracking'>;

/** What is known of a shipment while its events pass by, in the order they happened. */
interface Fold {
  readonly at: { [event: string]: TrackingEvent };
  first: TrackingEvent;
  last: TrackingEvent;
  courier_id: string | null;
  failed: number;
  events: number;
}

/** Events come sorted by shipment, so one shipment is in memory at a time. */
export default defineTransform<typeof product>(async function* ({ inputs }) {
  let fold: Fold | undefined;
  for await (const event of inputs.tracking.orderedBy('shipment_id', 'happened_at', 'event_id', 'received_at')) {
    if (fold?.first.shipment_id !== event.shipment_id) {
      if (fold) yield { port: 'shipments', row: shipmentOf(fold) };
      fold = { at: {}, first: event, last: event, courier_id: null, failed: 0, events: 0 };
    } else if (fold.last.event_id === event.event_id) {
      continue; // it came twice
    }
    fold.events += 1;
    fold.at[event.event] = event;
    fold.last = event;
    fold.courier_id = event.courier_id ?? fold.courier_id;
    fold.failed += event.event === 'failed' ? 1 : 0;
  }
  if (fold) yield { port: 'shipments', row: shipmentOf(fold) };
});

function shipmentOf({ at, first, last, courier_id, failed, events }: Fold) {
  const { created, picked_up, delivered, returned, cancelled } = at;
  // Timestamps are ISO text: they compare as they are.
  const clock_suspect = Boolean(picked_up && delivered && delivered.happened_at < picked_up.happened_at);
  const delivered_at = clock_suspect ? latest(delivered!.received_at, picked_up!.happened_at) : delivered?.happened_at;
  return {
    shipment_id: first.shipment_id,
    order_id: first.order_id,
    courier_id,
    status: cancelled
      ? 'cancelled'
      : returned
        ? 'returned'
        : delivered
          ? 'delivered'
          : picked_up
            ? 'under_way'
            : 'created',
    created_at: created?.happened_at ?? null,
    picked_up_at: picked_up?.happened_at ?? null,
    delivered_at: delivered_at ?? null,
    failed_attempts: failed,
    clock_suspect,
    events,
    updated_at: last.happened_at,
  } as const;
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}
