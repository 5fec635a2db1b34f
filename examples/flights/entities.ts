import { defineEntity } from 'cdk-data-mesh';

export const Airport = defineEntity({
  name: 'Airport',
  description: 'A place that aircraft use, by the letters and digits it is known by.',
  key: 'airport',
});

export const City = defineEntity({
  name: 'City',
  description: 'A city with its state, because there are two Portlands: `Seattle, WA`.',
  key: 'city',
});
