/**
 * The place (1-based) in a declaration's source where a property path most likely stands: each name is looked for
 * after the one before it. Without a parser, so it is a guess that is right for declarations as people write them.
 */
export function findPlace(source: string, path: readonly PropertyKey[]): { line: number; column: number } | undefined {
  let from = 0;
  let found: number | undefined;
  for (const name of path) {
    if (typeof name !== 'string') continue;
    const at = findProperty(source, name, from);
    if (at === undefined) break;
    found = at;
    from = at + name.length;
  }
  if (found === undefined) return undefined;
  const before = source.slice(0, found);
  const line = before.split('\n').length;
  return { line, column: found - before.lastIndexOf('\n') };
}

/** Offset of `name:`, `'name':` or the shorthand `name,`. */
function findProperty(source: string, name: string, from: number): number | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(?<![\\w$.-])(['"]?)${escaped}\\1\\s*(?=[:,}(])`, 'g');
  pattern.lastIndex = from;
  return pattern.exec(source)?.index;
}
