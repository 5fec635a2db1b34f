import { expect } from 'vitest';
import {
  code,
  defineDomain,
  defineEntity,
  defineMesh,
  defineProduct,
  field,
  grant,
  input,
  type MeshDeclaration,
  MeshError,
  type Output,
  output,
  type Problem,
  type ProductDeclaration,
  source,
  sql,
} from '../../lib/index.ts';
import { describeProblem, type Where } from '../../lib/model/mesh-error.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import { type LoadedMesh, type LoadedProduct, loadInline } from '../../lib/model/resolve/loaded-mesh.ts';
import { resolveMesh } from '../../lib/model/resolve/resolve-mesh.ts';
import type { SqlChecker } from '../../lib/model/sql-checker.ts';

export const Customer = defineEntity({ name: 'Customer', description: 'Who buys', key: 'customer_id' });

/** The fields of the port `orders`, by which the tests' contracts are made. */
export const orderFields = {
  order_id: field.string('The order').required(),
  placed_on: field.date('When it was placed').required(),
  amount: field.decimal(12, 2, 'Paid').min(0),
};

/** A sound output port, with changes. */
export function port(changes: Partial<Output> = {}): Output {
  return { ...output({ description: 'Orders', fields: orderFields, key: ['order_id'], mode: 'upsert' }), ...changes };
}

export const drops = source({ description: 'Nightly', path: 'orders', format: 'ndjson', fields: orderFields });

/** A sound source-aligned product, `sales/orders`, with changes. */
export function orders(changes: Partial<ProductDeclaration> = {}): ProductDeclaration {
  return defineProduct({
    domain: 'sales',
    name: 'orders',
    version: '1.0.0',
    archetype: 'source-aligned',
    purpose: 'What was sold',
    owner: { team: 'sales', contact: 'sales@shop.example' },
    inputs: { drops },
    outputs: { orders: port({ grants: [grant({ to: 'care', purpose: 'answering' })] }) },
    transform: sql({ statements: { orders: 'SELECT order_id, placed_on, amount FROM drops' } }),
    ...changes,
  });
}

/** A sound consumer of another domain, `care/cases`, with changes. */
export function cases(changes: Partial<ProductDeclaration> = {}): ProductDeclaration {
  return orders({
    domain: 'care',
    name: 'cases',
    owner: { team: 'care', contact: 'care@shop.example' },
    inputs: { bought: input(orders(), 'orders', { purpose: 'answering' }) },
    outputs: { orders: port() },
    transform: sql({ statements: { orders: 'SELECT order_id, placed_on, amount FROM bought' } }),
    ...changes,
  });
}

/** A product whose output is made of other products' ports `orders`, by code. */
export function reading(id: string, ...providers: string[]): LoadedProduct {
  const inputs = providers.map((product, index) => [`input_${index}`, { kind: 'port', product, port: 'orders' }]);
  const [domain, name] = id.split('/') as [string, string];
  const declaration = orders({ domain, name, transform: code('transform.ts') });
  const own = providers.length === 0 ? declaration.inputs : Object.fromEntries(inputs);
  return {
    ...loadInline({ ...declaration, inputs: own }),
    code: { file: `${id}/transform.ts`, hash: 'h' },
  };
}

function mesh(changes: Partial<MeshDeclaration> = {}): MeshDeclaration {
  return defineMesh({
    name: 'shop',
    description: 'A shop',
    domains: [
      defineDomain({ name: 'sales', team: 'sales', contact: 'sales@shop.example', description: 'Sells' }),
      defineDomain({ name: 'care', team: 'care', contact: 'care@shop.example', description: 'Answers' }),
    ],
    teams: [{ name: 'analysts', description: 'Ask' }],
    entities: [Customer],
    ...changes,
  });
}

/** A mesh as if its files had been read. */
export function load(
  products: readonly (ProductDeclaration | LoadedProduct)[],
  changes: Partial<MeshDeclaration> = {},
): LoadedMesh {
  const loaded = products.map((each) => ('declaration' in each ? each : loadInline(each)));
  return { mesh: mesh(changes), products: loaded, problems: [] };
}

/** Believes all it is told: conditions are booleans, and `SELECT a, b FROM t` has the types of `t`. */
export const stubChecker: SqlChecker = {
  async check({ text, tables }) {
    const named = (name: string, type: Parameters<typeof Object.values>[0] | undefined) =>
      ({ name, type, engineType: '', upstream: [] }) as never;
    if (/ AS (counted|row_by_row) FROM /.test(text)) {
      return { reads: [], columns: [named('holds', { kind: 'boolean' }), named('more', undefined)], problems: [] };
    }
    const [, columns = '', table = ''] = /^SELECT ([\w, ]+) FROM (\w+)$/.exec(text) ?? [];
    const typed = columns.split(', ').map((name) => named(name, tables[table]?.[name]));
    return { reads: [table], columns: typed, problems: [] };
  },
};

export async function resolve(loaded: LoadedMesh, checker: SqlChecker = stubChecker): Promise<MeshModel> {
  return resolveMesh(loaded, { sql: checker });
}

/** Every problem of a mesh that is refused; each must be one line with a fix. */
export async function problemsOf(loaded: LoadedMesh, checker: SqlChecker = stubChecker): Promise<readonly Problem[]> {
  const error = await resolve(loaded, checker).then(
    () => expect.fail('the mesh was not refused'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MeshError);
  const { problems, code: kind } = error as MeshError;
  expect(kind).toBe('invalid-mesh');
  for (const problem of problems) {
    expect(describeProblem(problem)).not.toMatch(/\n|undefined|\[object|NaN: /);
    expect(problem.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(problem.fix).not.toBe('');
  }
  return problems;
}

/** What one problem is expected to say. */
export interface Refusal {
  readonly code: string;
  readonly where: Where;
  /** Parts of its message. */
  readonly says: readonly string[];
  /** A part of its fix. */
  readonly fix: string;
}

/** Expects a mesh to be refused for one reason and no other. */
export async function expectRefusal(loaded: LoadedMesh, expected: Refusal, checker?: SqlChecker): Promise<void> {
  const problems = await problemsOf(loaded, checker);
  expect(problems.map(describeProblem)).toHaveLength(1);
  const [problem] = problems;
  expect({ code: problem!.code, where: problem!.where }).toEqual({ code: expected.code, where: expected.where });
  for (const part of expected.says) expect(problem!.message).toContain(part);
  expect(problem!.fix).toContain(expected.fix);
}
