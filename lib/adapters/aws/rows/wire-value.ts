import type { FieldType } from '../../../model/field-type.ts';
import { decimalText, parseDecimal } from './parse-decimal.ts';

/** What is done to a value on its way; undefined when nothing is. */
type Change = ((value: unknown) => unknown) | undefined;

/** Writes text of decimals and timestamps of code as both engines read it: no `T`, no sign or zeros that say nothing. */
export function toWire(type: FieldType): Change {
  if (type.kind === 'decimal') {
    return (value) => {
      const unscaled = parseDecimal(String(value), type, 'ndjson');
      return unscaled === undefined ? value : decimalText(unscaled, type.scale);
    };
  }
  if (type.kind === 'timestamp') return (value) => String(value).replace('T', ' ');
  return within(type, toWire);
}

/** Makes text of Athena's the text that the local target gives: times without zeros that say nothing. */
export function fromWire(type: FieldType): Change {
  if (type.kind === 'timestamp') {
    return (value) => (typeof value === 'string' ? value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : value);
  }
  return within(type, fromWire);
}

function within(type: FieldType, changeOf: (type: FieldType) => Change): Change {
  const nullable = (of: FieldType): Change => {
    const change = changeOf(of);
    return change && ((value) => (value === null || value === undefined ? null : change(value)));
  };
  if (type.kind === 'list') {
    const change = nullable(type.of);
    return change && ((value) => (value as unknown[]).map(change));
  }
  if (type.kind === 'map') {
    const [key, held] = [nullable(type.key), nullable(type.value)];
    if (!key && !held) return undefined;
    return (value) =>
      new Map([...(value as Map<unknown, unknown>)].map(([k, v]) => [key ? key(k) : k, held ? held(v) : v]));
  }
  if (type.kind === 'struct') {
    const changes = Object.entries(type.fields).map(([name, of]) => [name, nullable(of)] as const);
    if (changes.every(([, change]) => !change)) return undefined;
    return (value) => {
      const struct = value as { readonly [name: string]: unknown };
      return Object.fromEntries(changes.map(([name, change]) => [name, change ? change(struct[name]) : struct[name]]));
    };
  }
  return undefined;
}
