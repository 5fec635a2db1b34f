import { describe, expect, test } from 'vitest';
import { describeProblem, describeWhere, MeshError, UnsupportedError } from '../../lib/index.ts';

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
