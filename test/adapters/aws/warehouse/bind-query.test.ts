import { describe, expect, test } from 'vitest';
import { bindQuery } from '../../../../lib/adapters/aws/warehouse/bind-query.ts';
import type { QueryTable } from '../../../../lib/ports/warehouse.ts';
import { sampleProduct } from '../../../conformance/samples.ts';
import { bindingOf } from '../../../conformance/warehouse-samples.ts';

function table(name: string, snapshot: string): QueryTable {
  const product = sampleProduct({ name });
  const states = { scans: { rows: 1, bytes: 1, columns: [], snapshot: [snapshot, 's3://b/m.json'] } };
  return { database: product.database, table: 'scans', binding: bindingOf(product, states) };
}

const one = table('scans', '11');
const other = table('parcels', '22');

describe('a query bound to what it may read', () => {
  test('reads pinned states in the place of tables', () => {
    const { sql, reads } = bindQuery(`SELECT scans.id FROM ${one.database}.scans WHERE id = 'x' -- all`, [one]);
    expect(reads).toEqual([`${one.database}.scans`]);
    expect(sql).toBe(
      `WITH "scans" AS (SELECT "id", "amount", "at", "_recorded_at" FROM "${one.database}"."scans" FOR VERSION AS OF 11\n)\n` +
        `SELECT scans.id FROM "scans" WHERE id = 'x' -- all`,
    );
  });

  test('keeps its own WITH, also where names are the same', () => {
    const query = `WITH scans AS (SELECT * FROM ${one.database}.scans) SELECT * FROM scans JOIN ${other.database}.scans AS p ON true`;
    const { sql, reads } = bindQuery(query, [one, other]);
    expect(reads).toEqual([`${one.database}.scans`, `${other.database}.scans`]);
    const [first, second] = [`${one.database}__scans`, `${other.database}__scans`];
    expect(sql).toMatch(
      new RegExp(`^WITH "${first}" AS [^]*"${second}" AS [^]*,\\s*scans AS \\(SELECT \\* FROM "${first}"\\)`),
    );
    expect(sql).toContain(`FROM scans JOIN "${second}" AS p`);
  });

  test.each([
    ['SELECT * FROM elsewhere.scans', 'table-denied'],
    ['SELECT * FROM scans', 'ambiguous-table'],
    ['SELECT 1) UNION SELECT * FROM (SELECT 2', 'sql-syntax'],
    ['SELECT 1; SELECT 2', 'sql-syntax'],
    ['DROP TABLE scans', 'sql-syntax'],
    ["UNLOAD (SELECT 1) TO 's3://b/'", 'sql-syntax'],
    ['', 'sql-syntax'],
  ])('refuses `%s`', (sql, code) => {
    expect(() => bindQuery(sql, [one, other])).toThrowError(expect.objectContaining({ code }));
  });
});
