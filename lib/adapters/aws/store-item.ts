import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type StoreValue = string | number | boolean | Uint8Array;

/** Where an item is. */
export interface StoreKey {
  readonly pk: string;
  readonly sk: string;
}

/** One item of the table; attributes that are undefined are not there. */
export type StoreItem = StoreKey & { readonly [attribute: string]: StoreValue | undefined };

/** Values of an expression, by the name after its `:`. */
export type StoreValues = { readonly [name: string]: StoreValue | undefined };

export function toAttributes(values: StoreValues): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, toAttribute(value!)]),
  );
}

export function fromAttributes(attributes: Record<string, AttributeValue>): StoreItem {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]),
  ) as StoreItem;
}

/** The attributes that expressions name as `#name`: DynamoDB reserves hundreds of words. */
export function namesIn(...expressions: readonly (string | undefined)[]): Record<string, string> | undefined {
  const names = expressions.flatMap((text) => [...(text ?? '').matchAll(/#(\w+)/g)].map(([, name]) => name!));
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

/** Values as an expression refers to them, `:name`. */
export function valuesIn(values: StoreValues | undefined): Record<string, AttributeValue> | undefined {
  const attributes = Object.entries(toAttributes(values ?? {}));
  return attributes.length === 0
    ? undefined
    : Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value]));
}

function toAttribute(value: StoreValue): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return { B: value };
}

function fromAttribute({ S, N, BOOL, B }: AttributeValue): StoreValue {
  const value = S ?? BOOL ?? B;
  return value ?? Number(N);
}
