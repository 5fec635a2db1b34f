import { expect, test } from 'vitest';
import { didYouMean } from '../../lib/model/did-you-mean.ts';

test.each([
  ['vendr_id', ['vendor_id', 'day'], ' (did you mean `vendor_id`?)'],
  ['ab', ['ax', 'zz'], ' (did you mean `ax`?)'],
  ['x', ['day', 'vendor_id'], ''],
  ['day', [], ''],
  ['', ['a'], ' (did you mean `a`?)'],
  ['orders', ['order', 'orders_2'], ' (did you mean `order`?)'],
])('suggests for %s among %j', (name, candidates, suggestion) => expect(didYouMean(name, candidates)).toBe(suggestion));
