/** The part of a source map (version 3) that is needed to find a place. */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** A place in a source; 1-based. */
export interface SourcePlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The place in a source that a place (1-based) in the bundle came from. Read only when something failed: no index. */
export function originalPlace(map: SourceMap, line: number, column: number): SourcePlace | undefined {
  const lines = map.mappings.split(';', line);
  if (lines.length < line) return undefined;
  let [source, sourceLine, sourceColumn] = [0, 0, 0];
  let found: SourcePlace | undefined;
  for (const [index, segments] of lines.entries()) {
    let generated = 0;
    for (const segment of segments.split(',')) {
      const [g = 0, s, l, c] = decode(segment);
      generated += g;
      if (s === undefined || l === undefined || c === undefined) continue;
      source += s;
      sourceLine += l;
      sourceColumn += c;
      if (index === line - 1 && generated <= column - 1) {
        found = { source: map.sources[source]!, line: sourceLine + 1, column: sourceColumn + 1 };
      }
    }
  }
  return found;
}

/** Variable-length quantities in base 64: five bits a digit, the least first, the sign in the lowest bit. */
function decode(segment: string): number[] {
  const values: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    values.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return values;
}
