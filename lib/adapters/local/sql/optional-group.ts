/**
 * Whether a regular expression has a capturing group that a match may leave out: one that is repeated from zero times, or
 * stands in an alternative, or inside of such a group.
 */
export function hasOptionalGroup(pattern: string): boolean {
  interface Group {
    captures: boolean;
    alternatives: boolean;
  }
  const open: Group[] = [{ captures: false, alternatives: false }];
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at]!;
    if (sign === '\\') at += 1;
    else if (sign === '[') at = endOfClass(pattern, at);
    else if (sign === '(')
      open.push({ captures: /^\((?!\?)|^\(\?P?</.test(pattern.slice(at, at + 4)), alternatives: false });
    else if (sign === '|') open.at(-1)!.alternatives = true;
    else if (sign === ')' && open.length > 1) {
      const group = open.pop()!;
      const [inside, outside] = [group.captures, open.at(-1)!];
      const within = containsCapture.has(group);
      if (within && group.alternatives) return true;
      if ((inside || within) && /^(?:[?*]|\{0)/.test(pattern.slice(at + 1))) return true;
      if (inside || within) containsCapture.add(outside);
    }
  }
  return containsCapture.has(open[0]!) && open[0]!.alternatives;
}

// Which of the groups at hand hold a capturing one.
const containsCapture = new WeakSet<object>();

/** Past a class such as `[^]a-z\\]]`. */
function endOfClass(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === '^') at += 1;
  if (pattern[at] === ']') at += 1;
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
  return at;
}
