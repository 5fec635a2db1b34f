/** A contract may have ten thousand fields; nobody reads them in a message. */
const MOST_LISTED = 20;

/** Names in backquotes, or a word for none. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const listed = names.slice(0, MOST_LISTED).map((name) => `\`${name}\``);
  return `${listed.join(', ')}${names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : ''}`;
}
