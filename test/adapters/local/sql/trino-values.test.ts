import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { literalsToColumns } from './literals-to-columns.ts';
import { openEngine, type TestEngine } from './open-engine.ts';
import { TRINO_VALUES } from './trino-values.ts';

/** What must be known when the query is translated or bound: a unit, a pattern, a group, a row's field. */
const CONSTANT =
  /unit is not known|not a plain text|must be a constant|needs to be a constant|constant value|non-constant|len\(MAP/i;

describe('a value of Athena in DuckDB', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
  });
  afterAll(() => engine.close());

  for (const [area, values] of Object.entries(TRINO_VALUES)) {
    describe(area, () => {
      test.each(values)('is the same for %s', async (expression, value) => {
        const [[got]] = (await engine.ask(`SELECT ${expression} AS value`)) as [[unknown]];
        expectSame(got, value, expression);
      });

      test('is the same when it is computed for rows', async () => {
        for (const [expression, value] of values) {
          const rows = await engine.ask(`SELECT ${expression} AS value FROM (VALUES (1), (2)) AS t(n) WHERE n > 1`);
          expect(rows, expression).toHaveLength(1);
          expectSame(rows[0]![0], value, expression);
        }
      });

      test('is the same when the text does not tell the types', async () => {
        let compared = 0;
        for (const [expression, value] of values) {
          const query = literalsToColumns(expression);
          if (query === undefined) continue;
          try {
            const rows = await engine.ask(query);
            expectSame(rows[0]![0], value, query);
            compared += 1;
          } catch (thrown) {
            if (!(thrown instanceof Error) || !CONSTANT.test(thrown.message)) throw thrown;
          }
        }
        expect(compared).toBeGreaterThan(values.length / 4);
      });
    });
  }
});

function expectSame(got: unknown, value: unknown, expression: string): void {
  if (typeof value === 'number' && !Number.isInteger(value)) expect(got, expression).toBeCloseTo(value, 12);
  else expect(got, expression).toEqual(value);
}
