import { describe, expect } from 'vitest';
import { MeshError } from '../../lib/model/mesh-error.ts';
import type { QueryLimits } from '../../lib/ports/warehouse.ts';
import { sampleProduct } from './samples.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';
import { publishRows, queryOf, type States, scan } from './warehouse-samples.ts';

const product = sampleProduct();
const table = `${product.database}.scans`;
const limits: QueryLimits = { maxRows: 100, maxSeconds: 60, maxMemoryMb: 512 };
const rows = Array.from({ length: 1_000 }, (_, index) => scan(`id-${String(index).padStart(4, '0')}`, index));
/** Hours of work. */
const endless = `SELECT count(*) AS n FROM ${table} a, ${table} b, ${table} c, ${table} d WHERE a.amount + b.amount + c.amount > d.amount`;

/** How every warehouse answers somebody's SQL. */
export function warehouseQuerySuite(target: ConformanceTarget): void {
  describe('warehouse, answering queries', () => {
    const place = placeForEach(target);
    const published = (): Promise<States> => publishRows(place().ports.warehouse, product, 1, rows);
    const ask = async (sql: string, change: Parameters<typeof queryOf>[3] = {}) =>
      place().ports.warehouse.query(queryOf(product, await published(), sql, change));
    const refusalOf = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );

    testOperation(target, 'query', 'answers a SELECT, and says what it read', async () => {
      const result = await ask(`SELECT count(*) AS n, max(id) AS last FROM ${table} WHERE amount < 10`);
      expect(result.columns.map(({ name }) => name)).toEqual(['n', 'last']);
      expect(result.rows).toEqual([{ n: 10n, last: 'id-0009' }]);
      expect(result).toMatchObject({ truncated: false, reads: [table] });
    });

    testOperation(target, 'query', 'answers a SELECT that reads nothing', async () => {
      expect(await ask("SELECT upper('a') AS x")).toMatchObject({ rows: [{ x: 'A' }], reads: [] });
    });

    testOperation(target, 'query', 'stops after so many rows, and says so', async () => {
      const truncated = await ask(`SELECT id FROM ${table} ORDER BY id`, { limits: { ...limits, maxRows: 3 } });
      expect(truncated.rows).toEqual(rows.slice(0, 3).map(({ id }) => ({ id })));
      expect(truncated.truncated).toBe(true);
      expect((await ask(`SELECT id FROM ${table} LIMIT 3`, { limits: { ...limits, maxRows: 3 } })).truncated).toBe(
        false,
      );
    });

    const refused = [
      'SELECT * FROM opetence_users_users.profiles',
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      "SELECT * FROM read_text('/etc/hostname')",
      "SELECT * FROM glob('/*')",
      "SELECT getenv('HOME')",
      'SELECT * FROM information_schema.tables',
      'SELECT * FROM duckdb_settings()',
      `COPY (SELECT * FROM ${table}) TO '/tmp/stolen.csv'`,
      "ATTACH '/tmp/other.db' AS other",
      "SET memory_limit = '100GB'",
      'PRAGMA database_list',
      'INSTALL httpfs',
      `CREATE TABLE t AS SELECT * FROM ${table}`,
      `DELETE FROM ${table}`,
      `SELECT 1; SELECT 2`,
      `SELEC id FROM ${table}`,
      `SELECT nothing FROM ${table}`,
      '',
    ];
    for (const sql of refused) {
      testOperation(target, 'query', `refuses \`${sql.replace(product.database, '…')}\``, async () => {
        const refusal = await refusalOf(ask(sql));
        expect(refusal).toBeInstanceOf(MeshError);
        expect((refusal as MeshError).fix).not.toBe('');
      });
    }

    testOperation(target, 'query', 'stops a query that takes too long', async () => {
      const refusal = await refusalOf(ask(endless, { limits: { ...limits, maxSeconds: 0.2 } }));
      expect(refusal).toBeInstanceOf(MeshError);
      expect((refusal as MeshError).message).toContain('0.2');
    });

    testOperation(target, 'query', 'stops a query that needs too much memory', async () => {
      const greedy = `SELECT array_agg(concat(a.id, b.id, c.id)) AS x FROM ${table} a, ${table} b, ${table} c WHERE c.amount < 20`;
      const refusal = await refusalOf(ask(greedy, { limits: { ...limits, maxMemoryMb: 64 } }));
      expect(refusal).toBeInstanceOf(MeshError);
      expect((refusal as MeshError).code).toBe('query-limit');
    });

    const moments: [when: string, come: (states: States) => Promise<unknown>][] = [
      ['before it begins', async () => undefined],
      ['as it begins', () => new Promise(setImmediate)],
      // While another one was answered, it has begun.
      [
        'while it is running',
        (states) => place().ports.warehouse.query(queryOf(product, states, `SELECT id FROM ${table}`)),
      ],
    ];
    for (const [index, [when, come]] of moments.entries()) {
      testOperation(target, 'query-cancel', `stops a query that is cancelled ${when}`, async () => {
        const states = await published();
        const controller = new AbortController();
        if (index === 0) controller.abort();
        const request = queryOf(product, states, endless, {
          signal: controller.signal,
          limits: { ...limits, maxSeconds: 20 },
        });
        const refusal = refusalOf(place().ports.warehouse.query(request));
        await come(states);
        controller.abort();
        expect(await refusal).toMatchObject({ name: 'AbortError' });
      });
    }

    testOperation(target, 'column-grants', 'shows the granted columns only, and knows no other', async () => {
      const less = { fields: product.outputs[0]!.fields.filter(({ name }) => name === 'id') };
      const all = await ask(`SELECT * FROM ${table} LIMIT 1`, { less });
      expect(all.columns.map(({ name }) => name).filter((name) => !name.startsWith('_'))).toEqual(['id']);
      for (const sql of [
        `SELECT amount FROM ${table}`,
        `SELECT id FROM ${table} WHERE amount > 5`,
        `SELECT id FROM ${table} ORDER BY amount`,
        `SELECT t.amount FROM ${table} AS t`,
      ]) {
        expect(await refusalOf(ask(sql, { less }))).toBeInstanceOf(MeshError);
      }
    });

    testOperation(target, 'row-grants', 'counts, joins and shows granted rows only', async () => {
      const less = { rows: ['amount < 3', "id = 'id-0007'"] };
      expect((await ask(`SELECT id FROM ${table} ORDER BY id`, { less })).rows.map(({ id }) => id)).toEqual([
        'id-0000',
        'id-0001',
        'id-0002',
        'id-0007',
      ]);
      expect((await ask(`SELECT count(*) AS n, max(amount) AS most FROM ${table}`, { less })).rows).toEqual([
        { n: 4n, most: 7n },
      ]);
      const joined = `SELECT count(*) AS n FROM ${table} a JOIN ${table} b ON a.amount = b.amount + 1`;
      expect((await ask(joined, { less })).rows).toEqual([{ n: 2n }]);
    });

    testOperation(target, 'row-grants', 'tells nothing of other rows by failing on them', async () => {
      const states = await publishRows(place().ports.warehouse, product, 1, [scan('1', 1), scan('secret', 2)]);
      const questions = [
        `SELECT count(*) AS n FROM ${table} WHERE CAST(id AS BIGINT) > 0`,
        `SELECT count(*) AS n FROM ${table} WHERE amount > 0 AND CAST(id AS BIGINT) > 0 AND id <> ''`,
        `SELECT count(*) AS n FROM ${table} WHERE amount IN (1, 2) OR CAST(id AS BIGINT) > 0`,
        `SELECT count(*) AS n FROM ${table} a JOIN ${table} b ON CAST(a.id AS BIGINT) = CAST(b.id AS BIGINT)`,
        `SELECT max(n) AS n FROM (SELECT CAST(id AS BIGINT) AS n FROM ${table}) AS casts`,
      ];
      for (const sql of questions.filter((each) => !each.includes(' IN '))) {
        expect(await refusalOf(place().ports.warehouse.query(queryOf(product, states, sql)))).toBeInstanceOf(MeshError);
      }
      // The last one costs more to find out than what is asked.
      for (const rows of [
        'amount = 1',
        "id = '1'",
        "regexp_like(concat(id, id, id), '^(1|one|uno)+$') AND amount % 2 = 1",
      ]) {
        for (const sql of questions) {
          const result = await place().ports.warehouse.query(queryOf(product, states, sql, { less: { rows: [rows] } }));
          expect(result.rows).toEqual([{ n: 1n }]);
        }
      }
    });
  });
}
