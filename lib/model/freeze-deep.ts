/** Freezes plain data and all it holds, and returns it. */
export function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.freeze(value);
    for (const held of Object.values(value)) freezeDeep(held);
  }
  return value;
}
