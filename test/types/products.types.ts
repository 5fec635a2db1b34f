/** What declarations compile and what do not. Checked by `tsc`; see types.test.ts. */
import {
  defineProduct,
  defineTransform,
  field,
  type InputRows,
  input,
  output,
  type PortRow,
  type ProductDeclaration,
  source,
  sql,
  type TransformContext,
} from '../../lib/index.ts';
import { type Equal, expectType } from './equal.ts';

const shipments = output({
  description: 'Shipments',
  fields: {
    shipment_id: field.string('Id').required(),
    at: field.timestamp('When'),
    hops: field.long('Hops').required(),
  },
  key: ['shipment_id'],
  actualTime: 'at',
  mode: 'upsert',
});
const provider = defineProduct({
  domain: 'logistics',
  name: 'shipments',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Where parcels are',
  owner: { team: 'logistics', contact: 'c' },
  inputs: {
    tracking: source({
      description: 'Scans',
      path: 'logistics/tracking',
      format: 'ndjson',
      fields: { shipment_id: field.string('Id').required(), kind: field.string('Kind').oneOf('in', 'out').required() },
    }),
  },
  outputs: {
    shipments,
    late: output({ description: 'Late', fields: { n: field.int('N').required() }, mode: 'append' }),
  },
  transform: sql(),
});
type Provider = typeof provider;

/** A product is a `ProductDeclaration`, and keeps what it said. */
const asDeclaration: ProductDeclaration = provider;
void asDeclaration;
expectType<Equal<Provider['name'], 'shipments'>>();
expectType<Equal<Provider['outputs']['shipments']['fields']['hops']['_value'], bigint>>();

/** Inputs and outputs are rows of their fields. */
expectType<
  Equal<TransformContext<Provider>['inputs']['tracking'], InputRows<{ shipment_id: string; kind: 'in' | 'out' }>>
>();
type Shipment = { shipment_id: string; at: string | null; hops: bigint };
expectType<
  Equal<
    PortRow<Provider>,
    { readonly port: 'shipments'; readonly row: Shipment } | { readonly port: 'late'; readonly row: { n: number } }
  >
>();

/** So are those of a product that reads another's port. */
const consumer = defineProduct({
  ...provider,
  name: 'consumer',
  inputs: { parcels: input(provider, 'shipments', { purpose: 'p' }) },
});
expectType<Equal<TransformContext<typeof consumer>['inputs']['parcels'], InputRows<Shipment>>>();

// @ts-expect-error the provider has no such port
input(provider, 'nope');
// @ts-expect-error a purpose is a text
input(provider, 'shipments', { purpose: 5 });

const fields = { id: field.string('Id').required(), at: field.timestamp('When') };
// @ts-expect-error the key names no field
output({ description: 'd', fields, key: ['nope'], mode: 'upsert' });
// @ts-expect-error the actual time names no field
output({ description: 'd', fields, key: ['id'], actualTime: 'nope', mode: 'upsert' });
// @ts-expect-error no such mode
output({ description: 'd', fields, key: ['id'], mode: 'merge' });
// @ts-expect-error no such format
source({ description: 'd', path: 'p', format: 'xlsx', fields });
// @ts-expect-error no version, no owner …
defineProduct({ domain: 'a', name: 'b' });
// @ts-expect-error no such archetype
defineProduct({ ...provider, archetype: 'gold' });

/** A transformation yields rows of its product's ports, and nothing else. */
defineTransform<Provider>(async function* ({ inputs, seed }) {
  expectType<Equal<typeof seed, number>>();
  for await (const row of inputs.tracking) {
    expectType<Equal<typeof row.kind, 'in' | 'out'>>();
    yield { port: 'shipments', row: { shipment_id: row.shipment_id, at: null, hops: 1n } };
  }
  for await (const row of inputs.tracking.orderedBy('shipment_id', 'kind'))
    yield { port: 'late', row: { n: row.kind.length } };
});
defineTransform<Provider>(async function* ({ inputs }) {
  // @ts-expect-error no such input
  yield* inputs.nope;
});
defineTransform<Provider>(async function* ({ inputs }) {
  // @ts-expect-error no such field to sort by
  for await (const _ of inputs.tracking.orderedBy('at')) yield { port: 'late', row: { n: 1 } };
});
// @ts-expect-error no such port
defineTransform<Provider>(async function* () {
  yield { port: 'nope', row: { n: 1 } };
});
// @ts-expect-error a row of another port
defineTransform<Provider>(async function* () {
  yield { port: 'shipments', row: { n: 1 } };
});
// @ts-expect-error a field is missing
defineTransform<Provider>(async function* () {
  yield { port: 'shipments', row: { shipment_id: 'a', at: null } };
});
// @ts-expect-error a required field is null
defineTransform<Provider>(async function* () {
  yield { port: 'shipments', row: { shipment_id: null, at: null, hops: 1n } };
});
// @ts-expect-error a long is a bigint
defineTransform<Provider>(async function* () {
  yield { port: 'shipments', row: { shipment_id: 'a', at: null, hops: 1 } };
});
// @ts-expect-error a timestamp is a text
defineTransform<Provider>(async function* () {
  yield { port: 'shipments', row: { shipment_id: 'a', at: new Date(), hops: 1n } };
});
// @ts-expect-error rows come as a stream
defineTransform<Provider>(() => [{ port: 'late', row: { n: 1 } }]);
