import type { Token } from './lexer.ts';

/** A table's name with its dots, in small letters, and where in the text it ends; a dot inside of quotes is none. */
export function readTableName(
  tokens: readonly Token[],
  start: number,
): { readonly name: string; readonly end: number } {
  const part = (at: number) => tokens[at]!.value.replaceAll('.', ' ');
  let [name, end, at] = [part(start), tokens[start]!.end, start];
  while (tokens[at + 1]?.value === '.' && tokens[at + 2]) {
    at += 2;
    name += `.${part(at)}`;
    end = tokens[at]!.end;
  }
  return { name: name.toLowerCase(), end };
}
