import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DesiredOptions, desiredPermissions } from '../../../lib/adapters/aws/grants-desired.ts';
import { grantsDifference } from '../../../lib/adapters/aws/grants-difference.ts';
import { heldPermissions, resourceKey } from '../../../lib/adapters/aws/grants-permission.ts';
import type { GrantedReading } from '../../../lib/flow/find-readings.ts';

const options = (readings: DesiredOptions['readings'] = []): DesiredOptions => ({
  database: 'db',
  account: '111122223333',
  bucket: 'bucket',
  tables: new Set(['orders', 'items']),
  readings,
});
const reader = { kind: 'team', team: 'care' } as const;
const reading = (part: Partial<GrantedReading> = {}): GrantedReading => ({
  reader,
  port: 'orders',
  table: 'orders',
  ...part,
});

describe('desired permissions', () => {
  test('are none without roles and readings', () => {
    expect(desiredPermissions(options())).toEqual({ permissions: [], filters: [] });
  });

  test('are none on a table that is not there yet', () => {
    const missing = { principal: 'care', reading: reading({ table: 'new', columns: ['a'] }) };
    expect(desiredPermissions(options([missing]))).toEqual({ permissions: [], filters: [] });
  });

  test.each<[string, Partial<GrantedReading>, object]>([
    ['columns', { columns: ['a', 'b'] }, { ColumnNames: ['a', 'b'], RowFilter: { AllRowsWildcard: {} } }],
    ['rows', { rows: 'a > 1' }, { ColumnWildcard: {}, RowFilter: { FilterExpression: 'a > 1' } }],
    ['both', { columns: ['a'], rows: 'a > 1' }, { ColumnNames: ['a'], RowFilter: { FilterExpression: 'a > 1' } }],
  ])('show a part of a table through one filter: %s', (_title, part, filter) => {
    const { filters, permissions } = desiredPermissions(options([{ principal: 'care', reading: reading(part) }]));
    expect(filters).toEqual([
      { TableCatalogId: '111122223333', DatabaseName: 'db', TableName: 'orders', Name: filters[0]!.Name, ...filter },
    ]);
    expect(permissions).toMatchObject([{ principal: 'care', permissions: ['SELECT'] }]);
  });

  test('share a filter among readers of the same part, and name another part otherwise', () => {
    const names = (...parts: Partial<GrantedReading>[]) =>
      desiredPermissions(
        options(parts.map((part, at) => ({ principal: `p${at}`, reading: reading(part) }))),
      ).filters.map(({ Name }) => Name);
    expect(names({ columns: ['a'] }, { columns: ['a'] })).toHaveLength(1);
    expect(
      new Set(names({ columns: ['a'] }, { columns: ['a'], rows: 'x' }, { rows: 'x' }, { columns: ['b'] })).size,
    ).toBe(4);
  });
});

describe('what is held', () => {
  const table = { CatalogId: '111122223333', DatabaseName: 'db', Name: 'orders' };

  test.each([
    [{ Table: table }, { TableWithColumns: { ...table, ColumnWildcard: {} } }],
    [
      { Table: { DatabaseName: 'db', TableWildcard: {} } },
      { TableWithColumns: { ...table, Name: 'ALL_TABLES', ColumnWildcard: {} } },
    ],
    [
      { Table: { DatabaseName: 'db', TableWildcard: {} } },
      { Table: { ...table, Name: 'ALL_TABLES', TableWildcard: {} } },
    ],
    [{ Database: { Name: 'db' } }, { Database: { CatalogId: '111122223333', Name: 'db' } }],
  ])('is the same whichever way Lake Formation lists it', (granted, listed) => {
    expect(resourceKey(listed)).toBe(resourceKey(granted));
    const held = heldPermissions({
      Principal: { DataLakePrincipalIdentifier: 'p' },
      Resource: listed,
      Permissions: ['SELECT'],
    });
    const desired = { principal: 'p', resource: granted, permissions: ['SELECT' as const] };
    expect(grantsDifference([desired], [held])).toEqual({ missing: [], surplus: [] });
  });

  test('is not the whole table when it is some columns', () => {
    const some = { TableWithColumns: { ...table, ColumnNames: ['a'] } };
    const but = { TableWithColumns: { ...table, ColumnWildcard: { ExcludedColumnNames: ['a'] } } };
    expect(new Set([some, but, { Table: table }].map(resourceKey)).size).toBe(3);
  });

  test('becomes what is desired by granting what is missing and revoking what is too much', () => {
    const permission = fc.constantFrom('SELECT' as const, 'DESCRIBE' as const, 'ALTER' as const);
    const grants = fc.uniqueArray(
      fc.record({
        principal: fc.constantFrom('p', 'q'),
        name: fc.constantFrom('orders', 'items'),
        permissions: fc.uniqueArray(permission, { minLength: 1 }),
      }),
      { selector: ({ principal, name }) => `${principal} ${name}` },
    );
    const shape = ({
      principal,
      name,
      permissions,
    }: {
      principal: string;
      name: string;
      permissions: readonly ('SELECT' | 'DESCRIBE' | 'ALTER')[];
    }) => ({
      principal,
      resource: { Table: { DatabaseName: 'db', Name: name } },
      permissions,
      grantable: [],
    });
    const keys = (all: readonly ReturnType<typeof shape>[]) =>
      new Set(
        all.flatMap((each) => each.permissions.map((one) => `${each.principal} ${resourceKey(each.resource)} ${one}`)),
      );
    fc.assert(
      fc.property(grants, grants, (wanted, present) => {
        const [desired, held] = [wanted.map(shape), present.map(shape)];
        const { missing, surplus } = grantsDifference(desired, held);
        const after = keys(held);
        for (const key of keys(missing as typeof held)) after.add(key);
        for (const key of keys(surplus as typeof held)) after.delete(key);
        expect(after).toEqual(keys(desired));
      }),
    );
  });
});
