import { describe, expect, test } from 'vitest';
import { describeProblem, describeWhere, MeshError, UnsupportedError } from '../../lib/index.ts';
import { didYouMean, listNames } from '../../lib/model/resolve/problem-list.ts';

const problem = {
  code: 'mode-without-key',
  message: 'output `daily` publishes by `upsert` but has no `key`',
  where: { product: 'logistics/vendor-performance' },
  fix: "add `key: ['vendor_id', 'day']` or publish by `append`",
};

describe('an error', () => {
  test('says in one line where, what, and the way out', () => {
    const error = new MeshError(problem);
    expect(error.message).toBe(
      "logistics/vendor-performance: output `daily` publishes by `upsert` but has no `key`; add `key: ['vendor_id', 'day']` or publish by `append`",
    );
    expect(error).toMatchObject({ name: 'MeshError', kind: 'check', where: problem.where, problems: [problem] });
    expect(describeProblem(problem)).toBe(error.message);
  });

  test('lists several problems, and says one as if it were alone', () => {
    const options = { code: 'invalid-mesh', message: 'unused', fix: 'unused' };
    expect(new MeshError({ ...options, problems: [problem] }).message).toBe(describeProblem(problem));
    const lines = new MeshError({ ...options, problems: [problem, problem] }).message.split('\n');
    expect(lines).toEqual(['2 problems:', `- ${describeProblem(problem)}`, `- ${describeProblem(problem)}`]);
  });

  test('keeps its cause', () => {
    const cause = new Error('no');
    expect(new MeshError({ ...problem, cause }).cause).toBe(cause);
  });

  test('names operation and target when there is none', () => {
    const error = new UnsupportedError('query-cancel', 'paper', 'use another');
    expect(error).toMatchObject({ kind: 'unsupported', code: 'unsupported', name: 'UnsupportedError' });
    expect(error.message).toBe('`query-cancel` is not supported on the paper target; use another');
  });

  test.each([
    [{}, ''],
    [{ product: 'a/b' }, 'a/b'],
    [{ product: 'a/b', port: 'c', field: 'd' }, 'a/b, port `c`, field `d`'],
    [{ product: 'a/b', file: 'c.sql' }, 'a/b (c.sql)'],
    [{ file: 'c.sql', line: 3 }, 'c.sql:3:1'],
    [{ product: 'a/b', port: 'c', file: 'c.sql', line: 3, column: 8 }, 'a/b, port `c` (c.sql:3:8)'],
  ])('describes the place %o', (where, text) => expect(describeWhere(where)).toBe(text));
});

describe('a suggestion', () => {
  test.each([
    ['vendr_id', ['vendor_id', 'day'], ' (did you mean `vendor_id`?)'],
    ['ab', ['ax', 'zz'], ' (did you mean `ax`?)'],
    ['x', ['day', 'vendor_id'], ''],
    ['day', [], ''],
    ['', ['a'], ' (did you mean `a`?)'],
    ['orders', ['order', 'orders_2'], ' (did you mean `order`?)'],
  ])('for %s among %j', (name, candidates, suggestion) => expect(didYouMean(name, candidates)).toBe(suggestion));

  test('names what there is, and no more than one can read', () => {
    expect([listNames([]), listNames(['a']), listNames(['a', 'b'])]).toEqual(['none', '`a`', '`a`, `b`']);
    const many = listNames(Array.from({ length: 10_000 }, (_, index) => `f${index}`));
    expect(many).toMatch(/^`f0`, .*`f19` and 9980 more$/);
  });
});
