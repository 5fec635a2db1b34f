import type { FieldType } from '../../../model/field-type.ts';
import type { FieldModel } from '../../../model/mesh-model.ts';
import { RECORDED_AT } from '../../../model/names.ts';

/** A column, as Iceberg's metadata writes it. */
export interface IcebergField {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: IcebergType;
  readonly doc?: string;
}

export type IcebergType =
  | string
  | { readonly type: 'struct'; readonly fields: readonly IcebergField[] }
  | {
      readonly type: 'list';
      readonly 'element-id': number;
      readonly element: IcebergType;
      readonly 'element-required': boolean;
    }
  | {
      readonly type: 'map';
      readonly 'key-id': number;
      readonly key: IcebergType;
      readonly 'value-id': number;
      readonly value: IcebergType;
      readonly 'value-required': boolean;
    };

/** What a table's columns are, and the highest id that any column of it ever had. */
export interface IcebergColumns {
  readonly fields: readonly IcebergField[];
  readonly lastColumnId: number;
}

const RECORDED_AT_COLUMN = { name: RECORDED_AT, type: { kind: 'timestamp' }, doc: 'Processing time' } as const;

/**
 * The columns of a contract and the system's own. A column that stays keeps its id, so old rows keep their values; one
 * that comes new, or comes back with a type that old values do not have, gets an id that was never used.
 *
 * Every column may be null: what a contract requires is verified before rows are published, and a table whose older
 * rows lack a column that is required now could not be read at all.
 */
export function evolveColumns(contract: readonly FieldModel[], current?: IcebergColumns): IcebergColumns {
  let lastColumnId = current?.lastColumnId ?? 0;
  const nextId = () => {
    lastColumnId += 1;
    return lastColumnId;
  };
  const columns = [
    ...contract.map(({ name, type, description }) => ({ name, type, doc: docOf(description) })),
    RECORDED_AT_COLUMN,
  ];
  const fields = columns.map(({ name, type, doc }): IcebergField => {
    const before = current?.fields.find((field) => field.name === name);
    const kept = before && promote(before.type, type, nextId);
    const described = doc === '' ? {} : { doc };
    if (before && kept) return { id: before.id, name, required: false, type: kept, ...described };
    const id = nextId();
    return { id, name, required: false, type: newType(type, nextId), ...described };
  });
  return { fields, lastColumnId };
}

/** Glue refuses a column's text that is longer. */
const DOC_BYTES = 255;

/** A description as Glue takes it for a column: one line, cut where it is too long. The contract has all of it. */
function docOf(description: string): string {
  const line = description.replaceAll(/[\s\p{Cc}\uFFFE\uFFFF]+/gu, ' ').trim();
  if (Buffer.byteLength(line) <= DOC_BYTES) return line;
  let [cut, bytes] = ['', Buffer.byteLength('…')];
  for (const character of line) {
    bytes += Buffer.byteLength(character);
    if (bytes > DOC_BYTES) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}

/** Whether two schemas are the same to whoever reads the table or its catalog entry. */
export function sameColumns(one: IcebergColumns, other: IcebergColumns): boolean {
  return canonical(one.fields) === canonical(other.fields);
}

function canonical(fields: readonly IcebergField[]): string {
  return JSON.stringify(fields.map(({ id, name, type, doc }) => [id, name, canonicalType(type), doc]));
}

/** Without blanks in decimals, and without whether nested values may be null, which writers state differently. */
function canonicalType(type: IcebergType): unknown {
  if (typeof type === 'string') return type.replaceAll(' ', '');
  if (type.type === 'list') return ['list', type['element-id'], canonicalType(type.element)];
  if (type.type === 'map') {
    return ['map', type['key-id'], canonicalType(type.key), type['value-id'], canonicalType(type.value)];
  }
  return ['struct', type.fields.map((field) => [field.id, field.name, canonicalType(field.type)])];
}

/** The new type with the ids of the old one, when Iceberg reads old values as the new type. */
function promote(before: IcebergType, type: FieldType, nextId: () => number): IcebergType | undefined {
  if (typeof before === 'string') {
    if (type.kind === 'list' || type.kind === 'map' || type.kind === 'struct') return undefined;
    const after = scalarType(type);
    if (before.replaceAll(' ', '') === after || (before === 'int' && after === 'long')) return after;
    const [had, has] = [decimalOf(before), decimalOf(after)];
    return had && has && had.scale === has.scale && has.precision >= had.precision ? after : undefined;
  }
  if (before.type === 'list' && type.kind === 'list') {
    const element = promote(before.element, type.of, nextId);
    return element === undefined ? undefined : { ...before, element };
  }
  if (before.type === 'map' && type.kind === 'map') {
    const [key, value] = [promote(before.key, type.key, nextId), promote(before.value, type.value, nextId)];
    return key === undefined || value === undefined ? undefined : { ...before, key, value };
  }
  if (before.type === 'struct' && type.kind === 'struct') {
    const fields = Object.entries(type.fields).map(([name, of]): IcebergField => {
      const had = before.fields.find((field) => field.name === name);
      const kept = had && promote(had.type, of, nextId);
      if (had && kept) return { ...had, type: kept };
      return { id: nextId(), name, required: false, type: newType(of, nextId) };
    });
    return { type: 'struct', fields };
  }
  return undefined;
}

function newType(type: FieldType, nextId: () => number): IcebergType {
  switch (type.kind) {
    case 'list':
      return { type: 'list', 'element-id': nextId(), element: newType(type.of, nextId), 'element-required': false };
    case 'map':
      return {
        type: 'map',
        'key-id': nextId(),
        key: newType(type.key, nextId),
        'value-id': nextId(),
        value: newType(type.value, nextId),
        'value-required': false,
      };
    case 'struct':
      return {
        type: 'struct',
        fields: Object.entries(type.fields).map(
          ([name, of]): IcebergField => ({ id: nextId(), name, required: false, type: newType(of, nextId) }),
        ),
      };
    default:
      return scalarType(type);
  }
}

/** Iceberg's names of types without parts are the model's own. */
function scalarType(type: Exclude<FieldType, { kind: 'list' | 'map' | 'struct' }>): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

function decimalOf(type: string): { precision: number; scale: number } | undefined {
  const match = /^decimal\((\d+), ?(\d+)\)$/.exec(type);
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : undefined;
}
