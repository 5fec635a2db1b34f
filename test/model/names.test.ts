import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  databaseName,
  KEBAB_NAME,
  LONGEST_NAME,
  LONGEST_STACK_NAME,
  productId,
  SNAKE_NAME,
  stackName,
  teamPrincipal,
  uriOf,
} from '../../lib/model/names.ts';

const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const kebab = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/), fc.array(part, { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest].join('-'));

describe('names', () => {
  test('are the same on every target', () => {
    expect(productId('logistics', 'vendor-performance')).toBe('logistics/vendor-performance');
    expect(uriOf('opetence', 'logistics/vendor-performance')).toBe('mesh://opetence/logistics/vendor-performance');
    expect(uriOf('opetence', 'logistics/vendor-performance', 'daily')).toBe(
      'mesh://opetence/logistics/vendor-performance/daily',
    );
    expect(databaseName('opetence', 'logistics', 'vendor-performance')).toBe('opetence_logistics_vendor_performance');
    expect(stackName('opetence', 'logistics', 'vendor-performance')).toBe('opetence-logistics-vendor-performance');
    expect(teamPrincipal('marketing')).toBe('team:marketing');
  });

  test('of databases are taken by Glue and Athena without quotes, whatever the parts', () => {
    fc.assert(
      fc.property(kebab, kebab, kebab, (mesh, domain, product) => {
        expect(KEBAB_NAME.test(mesh)).toBe(true);
        expect(databaseName(mesh, domain, product)).toMatch(SNAKE_NAME);
      }),
    );
  });

  test('of stacks are taken by CloudFormation, whatever the parts', () => {
    fc.assert(
      fc.property(kebab, kebab, kebab, (mesh, domain, product) => {
        expect(stackName(mesh, domain, product)).toMatch(/^[A-Za-z][A-Za-z0-9-]*$/);
      }),
    );
  });

  test('of addresses tell products and ports apart, whatever the parts', () => {
    fc.assert(
      fc.property(
        kebab,
        kebab,
        kebab,
        kebab,
        fc.option(fc.stringMatching(SNAKE_NAME), { nil: undefined }),
        (mesh, a, b, c, port) => {
          const uri = new URL(uriOf(mesh, productId(a, b), port));
          expect([uri.host, ...uri.pathname.slice(1).split('/')]).toEqual([
            mesh,
            a,
            b,
            ...(port === undefined ? [] : [port]),
          ]);
          if (b !== c) expect(uriOf(mesh, productId(a, b))).not.toBe(uriOf(mesh, productId(a, c)));
        },
      ),
    );
  });

  test('have the forms that the limits are about', () => {
    for (const name of ['a', 'a1', 'a-b', 'a-1-b']) expect(name).toMatch(KEBAB_NAME);
    for (const name of ['', 'A', '1a', '-a', 'a-', 'a--b', 'a_b', 'a b', 'ä', 'a\n'])
      expect(name).not.toMatch(KEBAB_NAME);
    for (const name of ['a', 'a_b', 'a__1']) expect(name).toMatch(SNAKE_NAME);
    for (const name of ['', '_a', '1a', 'a-b', 'A', 'a.b', 'a"', 'ä', 'a\n']) expect(name).not.toMatch(SNAKE_NAME);
    expect([LONGEST_NAME, LONGEST_STACK_NAME]).toEqual([255, 128]);
  });
});
