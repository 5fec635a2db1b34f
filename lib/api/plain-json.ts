/**
 * For `JSON.stringify`: 64-bit integers as numbers where a number holds them and as text where it does not, bytes in
 * base 64, maps as objects.
 */
export function plainJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}
