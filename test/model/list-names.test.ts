import { expect, test } from 'vitest';
import { listNames } from '../../lib/model/list-names.ts';

test('names what there is, and no more than one can read', () => {
  expect([listNames([]), listNames(['a']), listNames(['a', 'b'])]).toEqual(['none', '`a`', '`a`, `b`']);
  const many = listNames(Array.from({ length: 10_000 }, (_, index) => `f${index}`));
  expect(many).toMatch(/^`f0`, .*`f19` and 9980 more$/);
});
