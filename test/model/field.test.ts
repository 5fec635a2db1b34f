import { describe, expect, test } from 'vitest';
import { defineEntity, describeType, FIELD_DEFAULTS, type FieldType, field, trinoType } from '../../lib/index.ts';

const Vendor = defineEntity({ name: 'Vendor', description: 'Sells', key: 'vendor_id' });

describe('a field', () => {
  test('is plain frozen data with every default', () => {
    const { spec } = field.string('Who');
    expect(spec).toEqual({ ...FIELD_DEFAULTS, type: { kind: 'string' }, description: 'Who' });
    expect(Object.isFrozen(spec)).toBe(true);
  });

  test('keeps everything that is said of it', () => {
    const { spec } = field
      .decimal(12, 2, 'Paid')
      .required()
      .unique()
      .min(0)
      .max('99.50')
      .oneOf('1.00', '2.00')
      .classified('confidential')
      .identifies(Vendor)
      .examples('1.00')
      .unit('EUR')
      .warn();
    expect(spec).toEqual({
      type: { kind: 'decimal', precision: 12, scale: 2 },
      description: 'Paid',
      required: true,
      unique: true,
      min: 0,
      max: '99.50',
      oneOf: ['1.00', '2.00'],
      classification: 'confidential',
      entity: 'Vendor',
      examples: ['1.00'],
      unit: 'EUR',
      severity: 'warning',
    });
    const text = field.string('Code').minLength(1).maxLength(3).pattern('^[A-Z]+$').spec;
    expect(text).toMatchObject({ minLength: 1, maxLength: 3, pattern: '^[A-Z]+$' });
  });

  test('is never changed by what is built on it', () => {
    const id = field.string('Id');
    const required = id.required();
    expect([id.spec.required, required.spec.required, required.unique().spec.required]).toEqual([false, true, true]);
    expect(() => Object.assign(id.spec, { required: true })).toThrow(TypeError);
    expect(() => Object.assign(id, { spec: required.spec })).toThrow(TypeError);
  });

  test('takes whole numbers as choices of a long', () => {
    expect(field.long('N').oneOf(1, 2).spec.oneOf).toEqual([1, 2]);
  });

  test.each<[{ spec: { type: FieldType } }, string, string]>([
    [field.string('x'), 'string', 'VARCHAR'],
    [field.int('x'), 'int', 'INTEGER'],
    [field.long('x'), 'long', 'BIGINT'],
    [field.double('x'), 'double', 'DOUBLE'],
    [field.boolean('x'), 'boolean', 'BOOLEAN'],
    [field.date('x'), 'date', 'DATE'],
    [field.timestamp('x'), 'timestamp', 'TIMESTAMP(6)'],
    [field.binary('x'), 'binary', 'VARBINARY'],
    [field.decimal(38, 9, 'x'), 'decimal(38, 9)', 'DECIMAL(38, 9)'],
    [field.list(field.int('x').required(), 'x'), 'list<int>', 'ARRAY(INTEGER)'],
    [
      field.map(field.string('x'), field.list(field.date('x'), 'x'), 'x'),
      'map<string, list<date>>',
      'MAP(VARCHAR, ARRAY(DATE))',
    ],
    [
      field.struct({ b: field.long('x'), a: field.struct({ c: field.binary('x') }, 'x') }, 'x'),
      'struct<b: long, a: struct<c: binary>>',
      'ROW("b" BIGINT, "a" ROW("c" VARBINARY))',
    ],
  ])('reads and is written in SQL by its type', ({ spec }, described, written) => {
    expect([describeType(spec.type), trinoType(spec.type)]).toEqual([described, written]);
  });
});
