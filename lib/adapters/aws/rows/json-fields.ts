const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_RECORD = 0x7b;
const CLOSE_RECORD = 0x7d;

/**
 * Where the values of some fields of a record stand in its text, which must be a valid JSON object: what nobody asks
 * for is passed over, and what is asked for can be read with all the digits it was written with.
 *
 * @returns by the fields' numbers the text of each value; `twice` is the first field that comes again.
 */
export function jsonFields(
  text: string,
  numbers: ReadonlyMap<string, number>,
): { readonly values: readonly (string | undefined)[]; readonly twice?: string } {
  const values: (string | undefined)[] = new Array(numbers.size).fill(undefined);
  let twice: string | undefined;
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (text.charCodeAt(at) !== CLOSE_RECORD) {
    const keyEnd = endOfString(text, at);
    const key = unquoted(text.slice(at, keyEnd));
    at = skipSpace(text, keyEnd);
    at = skipSpace(text, at + Number(text.charCodeAt(at) === COLON));
    const end = endOfValue(text, at);
    const number = numbers.get(key);
    if (number !== undefined) {
      if (values[number] !== undefined) twice ??= key;
      values[number] = text.slice(at, end);
    }
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return { values, ...(twice !== undefined && { twice }) };
}

/** A JSON text, without its quotes. */
export function unquoted(text: string): string {
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** Whether no escape names half of a character. */
export function hasWholeEscapes(text: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return true;
  const escapes = /\\(?:u([0-9a-fA-F]{4})|.)/g;
  let openEnd = -1;
  for (let found = escapes.exec(text); found; found = escapes.exec(text)) {
    const code = found[1] === undefined ? 0 : Number.parseInt(found[1], 16);
    const isSecond = code >= 0xdc00 && code <= 0xdfff;
    if (openEnd >= 0 !== isSecond || (isSecond && found.index !== openEnd)) return false;
    openEnd = code >= 0xd800 && code <= 0xdbff ? escapes.lastIndex : -1;
  }
  return openEnd < 0;
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  let at = start;
  if (first !== OPEN_RECORD && first !== OPEN_LIST) {
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === COMMA || code === CLOSE_RECORD || code <= 0x20) break;
    }
    return at;
  }
  let depth = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_RECORD || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_RECORD || code === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return at;
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}
