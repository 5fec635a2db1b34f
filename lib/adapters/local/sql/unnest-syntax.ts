import type { Rewriter } from './rewriter.ts';
import { callArguments } from './write-call.ts';

/**
 * `UNNEST(…) [WITH ORDINALITY] AS t(…)`. Athena takes several lists and opens maps and lists of rows into columns;
 * DuckDB takes one list and gives one column, so the others become a lateral subquery.
 */
export function rewriteUnnest(rewriter: Rewriter): void {
  const { tokens, outline } = rewriter;
  rewriter.at += 1;
  const { close, starts } = callArguments(rewriter);
  rewriter.at -= 1;
  const ordinality = tokens[close + 1]?.value === 'with' && tokens[close + 2]?.value === 'ordinality';
  let alias = close + (ordinality ? 3 : 1);
  if (tokens[alias]?.value === 'as') alias += 1;
  const list = tokens[alias + 1]?.value === '(' ? alias + 1 : -1;
  if (list === -1) rewriter.refuse('UNNEST has no column names', 'write UNNEST(list) AS t(item)');
  const columns = (outline.partner[list]! - list) / 2 - (ordinality ? 1 : 0);
  const ends = starts.map((_, index) => (starts[index + 1] ?? close + 1) - 1);
  const argument = (index: number): void => {
    rewriter.at = starts[index]!;
    rewriter.sequence(ends[index]!);
  };
  if (starts.length === 1 && columns === 1 && !ordinality) {
    rewriter.copy();
    rewriter.copy();
    const mark = rewriter.mark();
    argument(0);
    rewriter.wrap(mark, 'trino_unnested(');
    rewriter.copy();
    return;
  }
  if (columns === starts.length) severalLists(rewriter, starts.length, argument, ordinality);
  else if (starts.length === 1)
    openedRows(rewriter, columns, argument, ordinality, isMap(rewriter, starts[0]!, close, columns));
  else
    rewriter.refuse(
      `UNNEST of ${starts.length} lists gives ${columns} columns`,
      'unnest maps and lists of rows one at a time',
    );
  rewriter.at = close + (ordinality ? 3 : 1);
}

/** Shorter lists are filled with NULL in both engines. */
function severalLists(rewriter: Rewriter, count: number, argument: (index: number) => void, ordinality: boolean): void {
  rewriter.copy('LATERAL (SELECT');
  for (let index = 0; index < count; index += 1) {
    rewriter.emit(index === 0 ? 'unnest(' : ', unnest(', ' ');
    const mark = rewriter.mark();
    argument(index);
    rewriter.wrap(mark, 'trino_unnested(');
    rewriter.emit(')');
  }
  if (ordinality) {
    rewriter.emit(', unnest(range(1, 1 + greatest(0');
    for (let index = 0; index < count; index += 1) {
      rewriter.emit(', coalesce(len(');
      argument(index);
      rewriter.emit('), 0)');
    }
    rewriter.emit(')))');
  }
  rewriter.emit(')');
}

function openedRows(
  rewriter: Rewriter,
  columns: number,
  argument: (index: number) => void,
  ordinality: boolean,
  map: boolean,
): void {
  const fields = Array.from({ length: columns }, (_, index) => `struct_extract_at(_e_, ${index + 1})`);
  rewriter.copy(`LATERAL (SELECT ${fields.join(', ')}${ordinality ? ', _o_' : ''} FROM (SELECT unnest(`);
  const entries = (): void => {
    rewriter.emit(map ? 'map_entries(' : '(');
    argument(0);
    rewriter.emit(')');
  };
  entries();
  rewriter.emit(') AS _e_');
  if (ordinality) {
    rewriter.emit(', unnest(range(1, 1 + len(');
    entries();
    rewriter.emit('))) AS _o_');
  }
  rewriter.emit('))');
}

/** A bare column opened into two columns is taken for a map; a list of rows there fails to bind, and says so. */
function isMap({ tokens }: Rewriter, start: number, close: number, columns: number): boolean {
  const argument = tokens.slice(start, close);
  const path = argument.every(({ kind, value }, index) =>
    index % 2 === 1 ? value === '.' : kind === 'word' || kind === 'name',
  );
  const built =
    argument[0]?.kind === 'word' &&
    /^map(_agg|_concat|_from_entries)?$/.test(argument[0].value) &&
    argument[1]?.value === '(';
  return columns === 2 && (path || built);
}
