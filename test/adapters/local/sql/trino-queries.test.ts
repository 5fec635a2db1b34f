import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine, type TestEngine } from './open-engine.ts';

const SALES = `(VALUES ('a', 1, 10.50, CAST(1.5 AS DOUBLE)), ('a', 2, NULL, CAST(2.5 AS DOUBLE)), ('b', 3, 4.25, NULL))
  AS sales(shop, n, amount, weight)`;
const LISTS = `(VALUES (1, ARRAY['x', 'y'], MAP(ARRAY['k'], ARRAY[5])), (2, ARRAY[], MAP())) AS lists(id, tags, counts)`;

/** Queries with the rows that Athena gives, in order. 64-bit values and decimals are texts. */
const QUERIES: readonly (readonly [name: string, query: string, rows: readonly unknown[][]])[] = [
  ['counts rows and values', `SELECT count(*), count(amount), count(DISTINCT shop) FROM ${SALES}`, [['3', '2', '2']]],
  ['sums decimals exactly', `SELECT sum(amount), sum(n), sum(weight) FROM ${SALES}`, [['14.75', '6', 4]]],
  ['averages', `SELECT avg(n), avg(weight), avg(DISTINCT n) FROM ${SALES}`, [[2, 2, 2]]],
  [
    'gives NULL for no rows',
    `SELECT sum(n), avg(n), max(n), array_agg(n), count(n) FROM ${SALES} WHERE n > 9`,
    [[null, null, null, null, '0']],
  ],
  [
    'filters an aggregate',
    `SELECT sum(n) FILTER (WHERE shop = 'a') AS a, count(*) FILTER (WHERE amount IS NULL) FROM ${SALES}`,
    [['3', '1']],
  ],
  ['divides sums of whole numbers', `SELECT sum(n) / count(*), sum(n) * 2 / 4 FROM ${SALES}`, [['2', '3']]],
  [
    'takes the value at the greatest, NULL included',
    `SELECT max_by(amount, n), min_by(amount, n), max_by(amount, weight) FROM ${SALES}`,
    [['4.25', '10.50', null]],
  ],
  ['keeps NULL in array_agg', `SELECT array_agg(amount ORDER BY n DESC) FROM ${SALES}`, [[['4.25', null, '10.50']]]],
  ['lists in order', `SELECT listagg(shop, '-') WITHIN GROUP (ORDER BY n DESC) FROM ${SALES}`, [['b-a-a']]],
  [
    'counts if, and tells all and any',
    `SELECT count_if(n > 1), bool_and(n > 0), bool_or(n > 5), every(n > 1) FROM ${SALES}`,
    [['2', true, false, false]],
  ],
  [
    'takes any value but NULL',
    `SELECT any_value(amount), arbitrary(weight) FROM ${SALES} WHERE n <> 1 GROUP BY shop ORDER BY shop`,
    [
      [null, 2.5],
      ['4.25', null],
    ],
  ],
  [
    'builds maps',
    `SELECT element_at(map_agg(n, shop), 3), element_at(histogram(shop), 'a') FROM ${SALES}`,
    [['b', '2']],
  ],
  [
    'spreads',
    `SELECT stddev_pop(n) > 0.8, var_samp(n), variance(n), corr(n, n), covar_pop(n, n) > 0.6 FROM ${SALES}`,
    [[true, 1, 1, 1, true]],
  ],
  ['estimates', `SELECT approx_distinct(shop), approx_percentile(n, 0.5) FROM ${SALES}`, [['2', 2]]],
  [
    'takes the n greatest',
    `SELECT max(n, 2), min(n, 2) FROM ${SALES}`,
    [
      [
        [3, 2],
        [1, 2],
      ],
    ],
  ],
  [
    'groups by position and has',
    `SELECT shop, sum(n) AS total FROM ${SALES} GROUP BY 1 HAVING sum(n) > 2 ORDER BY 1`,
    [
      ['a', '3'],
      ['b', '3'],
    ],
  ],
  [
    'groups by sets',
    `SELECT shop, grouping(shop), sum(n) FROM ${SALES} GROUP BY GROUPING SETS ((shop), ()) ORDER BY 2, 1`,
    [
      ['a', '0', '3'],
      ['b', '0', '3'],
      [null, '1', '6'],
    ],
  ],
  [
    'rolls up',
    `SELECT shop, n, count(*) FROM ${SALES} WHERE shop = 'b' GROUP BY ROLLUP (shop, n) ORDER BY 1, 2`,
    [
      ['b', 3, '1'],
      ['b', null, '1'],
      [null, null, '1'],
    ],
  ],
  ['sorts NULL last, both ways', `SELECT amount FROM ${SALES} ORDER BY amount DESC`, [['10.50'], ['4.25'], [null]]],
  [
    'sorts NULL first when told',
    `SELECT amount FROM ${SALES} ORDER BY amount NULLS FIRST`,
    [[null], ['4.25'], ['10.50']],
  ],
  [
    'numbers and ranks',
    `SELECT n, row_number() OVER (PARTITION BY shop ORDER BY n DESC), rank() OVER (ORDER BY shop), dense_rank() OVER (ORDER BY shop) FROM ${SALES} ORDER BY n`,
    [
      [1, '2', '1', '1'],
      [2, '1', '1', '1'],
      [3, '1', '3', '2'],
    ],
  ],
  [
    'looks back and ahead',
    `SELECT lag(n) OVER (ORDER BY n), lead(n, 1, 0) OVER (ORDER BY n) FROM ${SALES} ORDER BY n`,
    [
      [null, 2],
      [1, 3],
      [2, 0],
    ],
  ],
  [
    'skips NULL in a window when told',
    `SELECT last_value(amount) IGNORE NULLS OVER (ORDER BY n), first_value(weight) RESPECT NULLS OVER (ORDER BY n DESC) FROM ${SALES} ORDER BY n`,
    [
      ['10.50', null],
      ['10.50', null],
      ['4.25', null],
    ],
  ],
  [
    'sums as it goes',
    `SELECT sum(n) OVER (ORDER BY n), sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) / 2 FROM ${SALES} ORDER BY n`,
    [
      ['1', '0'],
      ['3', '1'],
      ['6', '2'],
    ],
  ],
  [
    'names a window',
    `SELECT sum(n) OVER w / 2 FROM ${SALES} WINDOW w AS (PARTITION BY shop) ORDER BY n`,
    [['1'], ['1'], ['1']],
  ],
  [
    'ranges over an interval',
    `SELECT count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES (DATE '2024-01-01'), (DATE '2024-01-02'), (DATE '2024-01-09')) AS t(d) ORDER BY d`,
    [['1'], ['2'], ['1']],
  ],
  [
    'unnests a list',
    `SELECT id, tag FROM ${LISTS} CROSS JOIN UNNEST(tags) AS t(tag) ORDER BY tag`,
    [
      [1, 'x'],
      [1, 'y'],
    ],
  ],
  [
    'unnests without a CROSS JOIN',
    `SELECT id, tag FROM ${LISTS}, UNNEST(tags) t(tag) ORDER BY tag`,
    [
      [1, 'x'],
      [1, 'y'],
    ],
  ],
  [
    'keeps rows whose list is empty',
    `SELECT id, tag FROM ${LISTS} LEFT JOIN UNNEST(tags) AS t(tag) ON TRUE ORDER BY id, tag`,
    [
      [1, 'x'],
      [1, 'y'],
      [2, null],
    ],
  ],
  [
    'numbers what it unnests',
    `SELECT tag, place FROM ${LISTS} CROSS JOIN UNNEST(tags) WITH ORDINALITY AS t(tag, place) ORDER BY place`,
    [
      ['x', '1'],
      ['y', '2'],
    ],
  ],
  ['unnests a map', `SELECT id, k, v FROM ${LISTS} CROSS JOIN UNNEST(counts) AS t(k, v)`, [[1, 'k', 5]]],
  [
    'unnests two lists side by side',
    `SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS t(a, b) ORDER BY a`,
    [
      [1, 'x'],
      [2, null],
    ],
  ],
  [
    'unnests rows into columns',
    `SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'x'), ROW(2, 'y')]) AS t(a, b) ORDER BY a`,
    [
      [1, 'x'],
      [2, 'y'],
    ],
  ],
  [
    'unnests a map with places',
    `SELECT k, v, o FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) WITH ORDINALITY AS t(k, v, o) ORDER BY o`,
    [
      ['a', 1, '1'],
      ['b', 2, '2'],
    ],
  ],
  [
    'opens a computed list of entries',
    `SELECT k, v FROM ${LISTS} CROSS JOIN UNNEST(map_entries(counts)) AS t(k, v)`,
    [['k', 5]],
  ],
  ['joins using a column', `SELECT n, x FROM ${SALES} JOIN (VALUES (1, 'one')) AS names(n, x) USING (n)`, [[1, 'one']]],
  [
    'joins from both sides',
    `SELECT l.x, r.y FROM (VALUES 1, 2) AS l(x) FULL JOIN (VALUES 2, 3) AS r(y) ON l.x = r.y ORDER BY 1, 2`
      .replaceAll('VALUES 1, 2', 'VALUES (1), (2)')
      .replaceAll('VALUES 2, 3', 'VALUES (2), (3)'),
    [
      [1, null],
      [2, 2],
      [null, 3],
    ],
  ],
  [
    'correlates subqueries',
    `SELECT n, (SELECT max(b.n) FROM ${SALES.replace('AS sales', 'AS b')} WHERE b.shop = sales.shop) FROM ${SALES} WHERE EXISTS (SELECT 1 FROM (VALUES ('a')) AS w(s) WHERE w.s = sales.shop) ORDER BY n`,
    [
      [1, 2],
      [2, 2],
    ],
  ],
  [
    'unites, intersects, excepts',
    `SELECT n FROM ${SALES} UNION SELECT 9 EXCEPT SELECT 1 INTERSECT SELECT 1 ORDER BY 1`,
    [[2], [3], [9]],
  ],
  [
    'goes step by step',
    `WITH a AS (SELECT n FROM ${SALES}), b(m) AS (SELECT n * 2 FROM a) SELECT sum(m) / 3 FROM b`,
    [['4']],
  ],
  [
    'recurs',
    `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 4) SELECT sum(n) FROM r`,
    [['10']],
  ],
  ['limits and skips', `SELECT n FROM ${SALES} ORDER BY n OFFSET 1 LIMIT 1`, [[2]]],
  ['fetches first', `SELECT n FROM ${SALES} ORDER BY n FETCH FIRST 2 ROWS ONLY`, [[1], [2]]],
  [
    'keeps case and spaces of quoted names',
    `SELECT n AS "My Name", "My Name2" FROM (SELECT n, n AS "My Name2" FROM ${SALES}) AS t ORDER BY 1 LIMIT 1`,
    [[1, 1]],
  ],
  [
    'has columns named as DuckDB words',
    `SELECT first, "end", check / 2, range AS default FROM (VALUES (1, 2, 3, 4)) AS t(first, "end", check, range)`,
    [[1, 2, 1, 4]],
  ],
  [
    'has columns named as its own variables',
    `SELECT array_remove(ARRAY[v, e], v), a / b, contains(ARRAY[a], e) FROM (VALUES (1, 2, 7, 2)) AS t(v, e, a, b)`,
    [[[2], 3, false]],
  ],
  ['skips comments', `SELECT /* a / b */ n / 2 -- not this / 2\n FROM ${SALES} ORDER BY n`, [[0], [1], [1]]],
  [
    'reads fields of rows',
    `SELECT r.x, (r).y FROM (SELECT CAST(ROW(1, 'a') AS ROW(x INTEGER, y VARCHAR)) AS r) AS t`,
    [[1, 'a']],
  ],
  [
    'nests lambdas',
    `SELECT transform(ARRAY[ARRAY[1, 2], ARRAY[3]], l -> transform(l, x -> x * n)) FROM ${SALES} WHERE n = 2`,
    [[[[2, 4], [6]]]],
  ],
  [
    'matches a filter in a lambda with a column',
    `SELECT filter(tags, t -> t = 'x'), any_match(tags, t -> t = 'y') FROM ${LISTS} WHERE id = 1`,
    [[['x'], true]],
  ],
];

describe('a query of Athena in DuckDB', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
  });
  afterAll(() => engine.close());

  test.each(QUERIES)('%s', async (_name, query, rows) => {
    expect(await engine.ask(query)).toEqual(rows);
  });
});
