import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, contentHash } from '../../lib/model/content-hash.ts';

/** What JSON makes of it: data that a model can hold. */
const data = fc.jsonValue();

describe('the hash of content', () => {
  test('is 32 hexadecimal digits, and the same in every process', () => {
    expect(contentHash({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad808');
    fc.assert(fc.property(data, (value) => /^[0-9a-f]{32}$/.test(contentHash(value))));
  });

  test('does not depend on the order of keys, however deep', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, held]) => [key, shuffled(held)]),
      );
    };
    fc.assert(
      fc.property(data, (value) => {
        expect(contentHash(shuffled(value))).toBe(contentHash(value));
      }),
    );
  });

  test('differs when the data does', () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(contentHash(a) === contentHash(b)).toBe(same);
      }),
    );
  });

  test('depends on the order of items, on types, and on where a value stands', () => {
    const values = [
      [1, 2],
      [2, 1],
      ['1', 2],
      [[1], 2],
      [1, [2]],
      { 0: 1, 1: 2 },
      '1,2',
      null,
      [],
      {},
      '',
      0,
      false,
      [null],
    ];
    expect(new Set(values.map(contentHash)).size).toBe(values.length);
    expect(contentHash({ a: { b: 1 } })).not.toBe(contentHash({ a: {}, b: 1 }));
  });

  test('takes what JSON can’t tell apart as equal: undefined and absent, -0 and 0', () => {
    expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }));
    expect(contentHash({ a: -0 })).toBe(contentHash({ a: 0 }));
  });

  test('sees every character: combining marks, astral ones, halves of pairs, line separators', () => {
    const texts = ['é', 'e\u0301', '😀', '\ud83d', '\ude00', '\u2028', '\u0000', ' '];
    expect(new Set(texts.map(contentHash)).size).toBe(texts.length);
    expect(new Set(texts.map((text) => contentHash({ [text]: 1 }))).size).toBe(texts.length);
  });

  test('sees keys that JavaScript has a meaning of its own for', () => {
    const one = JSON.parse('{"__proto__": 1, "constructor": 2}');
    const other = JSON.parse('{"__proto__": 2, "constructor": 2}');
    expect(contentHash(one)).not.toBe(contentHash(other));
    expect(canonicalJson(one)).toBe('{"__proto__":1,"constructor":2}');
  });

  test('writes keys in the order of their code units', () => {
    expect(canonicalJson({ b: 1, a: { d: 1, c: [{ f: 1, e: 1 }] } })).toBe('{"a":{"c":[{"e":1,"f":1}],"d":1},"b":1}');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, held]) => [key, sorted(held)]));
}
