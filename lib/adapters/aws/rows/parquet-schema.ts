import type { SchemaElement } from 'hyparquet';
import type { FieldType } from '../../../model/field-type.ts';

/** A column of a file: its type is a wire type. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: FieldType;
}

/** The schema of a file with these columns, every value of which may be null. */
export function parquetSchemaOf(columns: readonly ParquetColumn[]): SchemaElement[] {
  const elements = columns.flatMap(({ name, type }) => elementsOf(name, type, 'OPTIONAL'));
  return [{ name: 'root', num_children: columns.length }, ...elements];
}

function elementsOf(name: string, type: FieldType, repetition_type: 'OPTIONAL' | 'REQUIRED'): SchemaElement[] {
  switch (type.kind) {
    case 'string':
      return [{ name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }];
    case 'int':
      return [{ name, repetition_type, type: 'INT32' }];
    case 'long':
      return [{ name, repetition_type, type: 'INT64' }];
    case 'double':
      return [{ name, repetition_type, type: 'DOUBLE' }];
    case 'boolean':
      return [{ name, repetition_type, type: 'BOOLEAN' }];
    case 'binary':
      return [{ name, repetition_type, type: 'BYTE_ARRAY' }];
    case 'list':
      return [
        { name, repetition_type, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elementsOf('element', type.of, 'OPTIONAL'),
      ];
    case 'map':
      return [
        { name, repetition_type, converted_type: 'MAP', logical_type: { type: 'MAP' }, num_children: 1 },
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        ...elementsOf('key', type.key, 'REQUIRED'),
        ...elementsOf('value', type.value, 'OPTIONAL'),
      ];
    case 'struct': {
      const fields = Object.entries(type.fields);
      return [
        { name, repetition_type, num_children: fields.length },
        ...fields.flatMap(([field, of]) => elementsOf(field, of, 'OPTIONAL')),
      ];
    }
    default:
      throw new TypeError(`\`${name}\`: a ${type.kind} does not travel as it is`);
  }
}

/** Whether values of a type are, or hold, booleans. */
export function holdsBooleans(type: FieldType): boolean {
  switch (type.kind) {
    case 'list':
      return holdsBooleans(type.of);
    case 'map':
      return holdsBooleans(type.key) || holdsBooleans(type.value);
    case 'struct':
      return Object.values(type.fields).some(holdsBooleans);
    default:
      return type.kind === 'boolean';
  }
}
