import { expect, test } from 'vitest';
import { withoutStates } from '../../../../lib/adapters/aws/warehouse/forget-states.ts';

/** A table whose snapshots follow each other; ids are larger than TypeScript's numbers hold. */
const BASE = 9_007_199_254_740_993n;
const id = (number: number) => BASE + BigInt(number);
const metadata = (numbers: readonly number[], operations: { readonly [number: number]: string } = {}) => ({
  location: 's3://b/data/t',
  'last-updated-ms': 5,
  'current-snapshot-id': id(numbers.at(-1)!),
  refs: { main: { 'snapshot-id': id(numbers.at(-1)!), type: 'branch' } },
  snapshots: numbers.map((number, index) => ({
    'snapshot-id': id(number),
    ...(index > 0 && { 'parent-snapshot-id': id(numbers[index - 1]!) }),
    summary: { operation: operations[number] ?? 'append' },
  })),
  'snapshot-log': numbers.map((number) => ({ 'timestamp-ms': number, 'snapshot-id': id(number) })),
});
const keep = (...numbers: readonly number[]) => new Set(numbers.map((number) => String(id(number))));
const idsOf = (each: readonly { readonly 'snapshot-id': { toString(): string } }[] | undefined) =>
  each?.map((one) => Number(BigInt(String(one['snapshot-id'])) - BASE));

test('forgets states that are not kept, and the history before them', () => {
  const left = withoutStates(metadata([1, 2, 3, 4]), keep(1, 3, 4), 's3://b/data/t/metadata/1.json')!;
  expect(idsOf(left.snapshots)).toEqual([1, 3, 4]);
  expect(idsOf(left['snapshot-log'])).toEqual([3, 4]);
  expect(String(left['current-snapshot-id'])).toBe(String(id(4)));
  expect(left['metadata-log']).toEqual([{ 'timestamp-ms': 5, 'metadata-file': 's3://b/data/t/metadata/1.json' }]);
});

test('goes back to the newest kept state when the current one was never published', () => {
  const left = withoutStates(metadata([1, 2, 3]), keep(1, 2), 'from')!;
  expect(idsOf(left.snapshots)).toEqual([1, 2]);
  expect(left.refs!.main!['snapshot-id']).toBe(id(2));
  expect(idsOf(left['snapshot-log'])).toEqual([2]);
});

test('takes a compaction for what it compacted', () => {
  const left = withoutStates(metadata([1, 2, 3], { 3: 'replace' }), keep(2), 'from')!;
  expect(idsOf(left.snapshots)).toEqual([2, 3]);
  expect(left.refs!.main!['snapshot-id']).toBe(id(3));
});

test('changes nothing when all is needed, or nothing was ever published', () => {
  expect(withoutStates(metadata([1, 2]), keep(1, 2), 'from')).toBeUndefined();
  expect(withoutStates(metadata([1, 2]), keep(), 'from')).toBeUndefined();
  const tagged = { ...metadata([1, 2]), refs: { audit: { 'snapshot-id': id(1) }, main: { 'snapshot-id': id(2) } } };
  expect(withoutStates(tagged, keep(2), 'from')).toBeUndefined();
});
