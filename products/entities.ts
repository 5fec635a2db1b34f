import { defineEntity } from 'cdk-data-mesh';

export const User = defineEntity({
  name: 'User',
  description: 'A person with an account, by the number the account has everywhere in operations.',
  key: 'user_id',
});

export const Customer = defineEntity({
  name: 'Customer',
  description: 'The same person without saying who: a stable pseudonym of the account, for analysis across domains.',
  key: 'user_key',
});

export const Vendor = defineEntity({
  name: 'Vendor',
  description: 'A shop that sells through Opetence.',
  key: 'vendor_id',
});

export const Item = defineEntity({ name: 'Item', description: 'Something a vendor sells.', key: 'item_id' });

export const Order = defineEntity({
  name: 'Order',
  description: 'What a user bought from one vendor at once.',
  key: 'order_id',
});

export const Shipment = defineEntity({ name: 'Shipment', description: 'An order on its way.', key: 'shipment_id' });

export const Campaign = defineEntity({
  name: 'Campaign',
  description: 'A marketing campaign on one channel.',
  key: 'campaign_id',
});

export const Microzone = defineEntity({
  name: 'Microzone',
  description: 'A part of a city that couriers serve together; a city that is not split is one, named as the city.',
  key: 'microzone',
});
