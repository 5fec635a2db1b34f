import { describe, expect, test } from 'vitest';
import { hasOptionalGroup } from '../../../../lib/adapters/local/sql/optional-group.ts';

describe('a capturing group', () => {
  test.each([
    '(a)?b',
    '(a)*',
    '(a){0,2}',
    '(a)|b',
    'b|(a)',
    '((a)|b)',
    '(?:(a)|b)c',
    '(?:x(a))?',
    '(x(a)?)',
    '(?P<n>a)?',
    '(?<n>a)*',
  ])('may be left out of a match of %s', (pattern) => {
    expect(hasOptionalGroup(pattern)).toBe(true);
  });

  test.each([
    '(a)',
    '(a+)b?',
    '(a|b)',
    '(?:a|b)(c)',
    '((?:a)?)',
    '(a){1,2}',
    '[(a)?]',
    '\\(a\\)?',
    '(a)+',
    '(\\d+)-(\\d+)',
    '(?:x)?(a)',
    '[^]|(]x',
    'a|b',
    '(?i:a)?',
  ])('takes part in every match of %s', (pattern) => {
    expect(hasOptionalGroup(pattern)).toBe(false);
  });
});
