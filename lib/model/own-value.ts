/** What a record itself holds under a name; a field may well be called `constructor`. */
export function ownValue<Value>(record: { readonly [name: string]: Value }, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
