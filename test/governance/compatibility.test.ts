import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCompatibility, compareContracts } from '../../lib/governance/compatibility.ts';
import { readsColumn } from '../../lib/governance/reads-column.ts';
import type { FieldModel, OutputModel, PortInputModel, ProductModel } from '../../lib/model/mesh-model.ts';
import { sampleProduct } from '../conformance/samples.ts';

const before = sampleProduct();

function withPort(change: (port: OutputModel) => OutputModel, version = before.version): ProductModel {
  return { ...before, version, outputs: before.outputs.map(change) };
}

function withField(name: string, change: Partial<FieldModel>, version?: string): ProductModel {
  const changed = (field: FieldModel) => (field.name === name ? { ...field, ...change } : field);
  return withPort((port) => ({ ...port, fields: port.fields.map(changed) }), version);
}

function without(name: string, version?: string): ProductModel {
  return withPort((port) => ({ ...port, fields: port.fields.filter((field) => field.name !== name) }), version);
}

/** A consumer of `scans` by its SQL. */
function consumer(statement: string, change: Partial<ProductModel> = {}): ProductModel {
  const input: PortInputModel = {
    kind: 'port',
    name: 'scans',
    product: before.id,
    port: 'scans',
    uri: before.outputs[0]!.uri,
    purpose: 'counting',
    read: 'all',
  };
  const own = sampleProduct({ name: 'counts', statement });
  return { ...own, inputs: [input], ...change };
}

const breaking = (after: ProductModel, from = before) =>
  compareContracts(from, after)
    .filter((change) => change.breaking)
    .map(({ field, port }) => field ?? port);
const fieldWith = (change: Partial<FieldModel>) => withField('amount', change);

describe('a change of a contract', () => {
  const [id] = before.outputs[0]!.fields;

  test.each<[string, ProductModel, string[]]>([
    ['a port is removed', { ...before, outputs: [] }, ['scans']],
    ['a field is removed', without('at'), ['at']],
    ['its key changes', withPort((port) => ({ ...port, key: ['id', 'at'] })), ['scans']],
    ['its publish mode changes', withPort((port) => ({ ...port, mode: 'upsert' })), ['scans']],
    ['its actual time is not stated any longer', withPort(({ actualTime, ...port }) => port), ['scans']],
    ['a type changes', fieldWith({ type: { kind: 'string' } }), ['amount']],
    ['a type narrows', fieldWith({ type: { kind: 'int' } }), ['amount']],
    ['a required field may be null', withField('id', { required: false }), ['id']],
  ])('is breaking when %s', (_title, after, expected) => {
    expect(breaking(after)).toEqual(expected);
  });

  test.each<[string, ProductModel]>([
    ['a field is added', withPort((port) => ({ ...port, fields: [...port.fields, { ...id!, name: 'more' }] }))],
    ['a port is added', { ...before, outputs: [...before.outputs, { ...before.outputs[0]!, name: 'more' }] }],
    ['a field becomes required', fieldWith({ required: true })],
    ['a unit is stated', fieldWith({ unit: 'EUR' })],
    ['a list of values is stated', fieldWith({ oneOf: [1, 2] })],
    ['a classification changes', fieldWith({ classification: 'personal' })],
    ['bounds change', fieldWith({ min: 0, max: 10 })],
    ['retention is stated', withPort((port) => ({ ...port, retentionSeconds: 86_400 }))],
    [
      'a rule is added',
      withPort((port) => ({
        ...port,
        quality: [{ kind: 'row', name: 'r', condition: 'amount > 0', severity: 'error' }],
      })),
    ],
  ])('is compatible when %s', (_title, after) => {
    expect(breaking(after)).toEqual([]);
  });

  test.each<[string, Partial<FieldModel>, Partial<FieldModel>, boolean]>([
    ['a unit changes', { unit: 'EUR' }, { unit: 'USD' }, true],
    ['a unit is not stated any longer', { unit: 'EUR' }, { unit: undefined }, true],
    ['another entity is meant', { entity: 'Order' }, { entity: 'Parcel' }, true],
    ['a unique field may repeat', { unique: true }, { unique: false }, true],
    ['allowed values are added', { oneOf: ['a'] }, { oneOf: ['a', 'b'] }, true],
    ['allowed values are removed', { oneOf: ['a', 'b'] }, { oneOf: ['a'] }, false],
    ['values are not listed any longer', { oneOf: ['a'] }, { oneOf: undefined }, true],
    ['int becomes long', { type: { kind: 'int' } }, { type: { kind: 'long' } }, false],
    ['long becomes double', { type: { kind: 'long' } }, { type: { kind: 'double' } }, true],
    ['a decimal has more digits', decimal(10, 2), decimal(12, 2), false],
    ['a decimal has more places', decimal(10, 2), decimal(12, 4), true],
    ['a list widens', list('int'), list('long'), false],
    ['a list narrows', list('long'), list('int'), true],
    ['a struct gets a part', struct({ a: 'int' }), struct({ a: 'int', b: 'int' }), true],
    ['a part of a struct widens', struct({ a: 'int' }), struct({ a: 'long' }), false],
  ])('says of a field whether it is breaking when %s', (_title, from, to, isBreaking) => {
    expect(breaking(fieldWith(to), fieldWith(from))).toEqual(isBreaking ? ['amount'] : []);
  });
});

describe('a contract that takes another’s place', () => {
  const reader = consumer('SELECT id, count(*) AS amount, max(at) AS at FROM scans GROUP BY id');

  test('needs a higher major version for what breaks', () => {
    const [problem, ...others] = checkCompatibility(before, without('amount', '1.9.0'), []);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'breaking-change',
      message: 'breaking: field `amount` is removed',
      where: { product: 'logistics/scans', port: 'scans', field: 'amount' },
      fix: 'undo it, or give the product version 2.0.0 (it is 1.9.0)',
    });
    expect(checkCompatibility(before, without('amount', '2.0.0'), [])).toEqual([]);
  });

  test('names the consumers that read what breaks, and is refused in any version while they do', () => {
    for (const version of ['1.1.0', '2.0.0']) {
      const [problem] = checkCompatibility(before, without('at', version), [reader]);
      expect(problem?.message).toBe('breaking: field `at` is removed; logistics/counts reads `scans.at`');
      expect(problem?.fix).toContain('declare it beside the old one as `scans-v2` (version 2.0.0) and retire this one');
    }
  });

  test('is not held up by consumers that do not read what breaks, or are retired', () => {
    const after = without('amount', '2.0.0');
    const blind = consumer('SELECT id, at FROM scans');
    expect(checkCompatibility(before, after, [blind])).toEqual([]);
    expect(checkCompatibility(before, without('at', '2.0.0'), [{ ...reader, status: 'retired' }])).toEqual([]);
    const other = { ...blind, inputs: [{ ...(blind.inputs[0] as PortInputModel), product: 'a/b' as const }] };
    expect(checkCompatibility(before, { ...before, version: '2.0.0', outputs: [] }, [other])).toEqual([]);
  });

  test('proposes the next name beside a name that is numbered already', () => {
    const second = { ...before, name: 'scans-v2', version: '2.3.0' };
    const [problem] = checkCompatibility(second, { ...without('at', '2.4.0'), name: 'scans-v2' }, [reader]);
    expect(problem?.fix).toContain('`scans-v3` (version 3.0.0)');
  });

  test.each<[string, string, boolean]>([
    ['a field is made of it', 'SELECT max(amount) AS amount FROM scans', true],
    ['rows are chosen by it', 'SELECT id FROM scans WHERE "amount" > 3', true],
    ['everything is selected', 'SELECT s.* FROM scans s', true],
    ['only rows are counted', 'SELECT id, count(*) FROM scans GROUP BY id', false],
    ['its name is in a text', "SELECT id, 'amount' AS what FROM scans", false],
  ])('knows from the SQL whether a column is read: %s', (_title, statement, expected) => {
    expect(readsColumn(consumer(statement, { outputs: [] }), 'scans', 'amount')).toBe(expected);
  });

  test('takes code to read everything', () => {
    const transform = { kind: 'code', file: 'transform.ts', hash: 'hash', seed: 0 } as const;
    expect(readsColumn({ ...reader, transform }, 'scans', 'amount')).toBe(true);
  });
});

describe('any contracts', () => {
  const anyField: fc.Arbitrary<FieldModel> = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    type: fc.constantFrom(...(['string', 'int', 'long', 'double'] as const)).map((kind) => ({ kind })),
    description: fc.constant(''),
    required: fc.boolean(),
    unique: fc.boolean(),
    classification: fc.constantFrom('internal', 'personal'),
    examples: fc.constant([]),
    severity: fc.constant('error'),
    unit: fc.option(fc.constantFrom('kg', 't'), { nil: undefined }),
    oneOf: fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z')), { nil: undefined }),
  });
  const anyProduct = fc
    .uniqueArray(anyField, { selector: ({ name }) => name })
    .map((fields) => withPort((port) => ({ ...port, fields })));

  test('do not differ from themselves', () => {
    fc.assert(
      fc.property(anyProduct, (product) => {
        expect(compareContracts(product, structuredClone(product))).toEqual([]);
      }),
    );
  });

  test('never break by more fields that may be null', () => {
    fc.assert(
      fc.property(anyProduct, anyField, (product, field) => {
        const more = { ...field, name: 'more', required: false };
        const outputs = product.outputs.map((port) => ({ ...port, fields: [...port.fields, more] }));
        const changes = compareContracts(product, { ...product, outputs });
        expect(changes).toMatchObject([{ field: 'more', breaking: false }]);
      }),
    );
  });

  test('break by every field that is gone', () => {
    fc.assert(
      fc.property(anyProduct, (product) => {
        const outputs = product.outputs.map((port) => ({ ...port, fields: [] }));
        const gone = product.outputs[0]!.fields.map(({ name }) => name);
        expect(breaking({ ...product, outputs }, product)).toEqual(gone);
      }),
    );
  });

  test('are compatible one after the other when nothing breaks: a step at a time breaks no more than all at once', () => {
    fc.assert(
      fc.property(anyProduct, anyProduct, anyProduct, (one, two, three) => {
        fc.pre(breaking(two, one).length + breaking(three, two).length === 0);
        expect(breaking(three, one)).toEqual([]);
      }),
      { numRuns: 20, maxSkipsPerRun: 2_000 },
    );
  });
});

function decimal(precision: number, scale: number): Partial<FieldModel> {
  return { type: { kind: 'decimal', precision, scale } };
}

function list(kind: 'int' | 'long'): Partial<FieldModel> {
  return { type: { kind: 'list', of: { kind } } };
}

function struct(fields: { [name: string]: 'int' | 'long' }): Partial<FieldModel> {
  const types = Object.entries(fields).map(([name, kind]) => [name, { kind }] as const);
  return { type: { kind: 'struct', fields: Object.fromEntries(types) } };
}
