import { describe, expect, test } from 'vitest';
import { readAppSettings } from '../../lib/deploy/app-settings.ts';

const read = (context: { readonly [name: string]: unknown }) =>
  readAppSettings((name) => context[name], Object.keys(context));

describe('settings of the app', () => {
  test('have defaults', () => {
    const { environment, mesh, ...others } = read({});
    expect([environment, mesh]).toEqual(['dev', 'products/mesh.ts']);
    expect(Object.values(others).filter((value) => value !== undefined)).toEqual([]);
  });

  test('are those of the environment, and what the command says over them', () => {
    const environments = { dev: { removal: 'destroy' }, prod: { removal: 'retain', account: '111122223333' } };
    expect(read({ environments })).toMatchObject({ environment: 'dev', removal: 'destroy', account: undefined });
    expect(read({ environments, environment: 'prod', removal: 'destroy' })).toMatchObject({
      environment: 'prod',
      removal: 'destroy',
      account: '111122223333',
    });
    expect(read({ environments, environment: 'test' })).toMatchObject({ environment: 'test', removal: undefined });
  });

  test('are read from what a command line can say, as from cdk.json', () => {
    const expected = {
      products: ['orders/orders', 'users/users'],
      budgets: { orders: 100, users: 50.5 },
      buckets: { 'orders/orders': 'kept' },
      settleSeconds: 0,
    };
    const line = {
      products: 'orders/orders, users/users',
      budgets: 'orders=100,users=50.5',
      buckets: 'orders/orders=kept',
      settleSeconds: '0',
    };
    expect(read(line)).toMatchObject(expected);
    expect(read(expected)).toMatchObject(expected);
  });

  test.each([
    ['environment', 7, 'write a text'],
    ['mesh', ['products/mesh.ts'], 'write a text'],
    ['account', 111122223333, 'write a text'],
    ['products', 'orders/orders,,users/users', 'write `-c products=one,two`'],
    ['products', [7], 'write `-c products=one,two`'],
    ['notifications', {}, 'write `-c notifications=one,two`'],
    ['removal', 'delete', 'write `retain` or `destroy`'],
    ['budgets', 'orders', 'write dollars a month by domain, `-c budgets=orders=100,users=50`'],
    ['budgets', { orders: -1 }, 'write dollars a month by domain, `-c budgets=orders=100,users=50`'],
    ['buckets', 'orders/orders', 'write buckets by product, `-c buckets=orders/orders=the-bucket`'],
    ['settleSeconds', '1.5', 'write whole seconds'],
    ['settleSeconds', '-1', 'write whole seconds'],
  ])('refuse %s when it is %j', (name, value, fix) => {
    expect(() => read({ [name]: value })).toThrow(`the setting \`${name}\` is \`${JSON.stringify(value)}\`; ${fix}`);
  });

  test.each([
    [{ enviroment: 'prod' }, 'there is no setting `enviroment`; write `environment`'],
    [{ environments: { dev: { budget: 100 } } }, 'there is no setting `budget`; write `budgets`'],
    [{ environments: { dev: {} }, environment: 'devv' }, 'there is no environment `devv`; write `dev`'],
  ])('refuse slips of the keyboard: %j', (context, message) => {
    expect(() => read(context)).toThrow(message);
  });

  test('leave context of others alone', () => {
    expect(() => read({ '@aws-cdk/core:validateAgainstDefaultRules': true, 'cli-telemetry': false })).not.toThrow();
  });
});
