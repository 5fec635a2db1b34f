import { MeshError } from './mesh-error.ts';
import type { SourceInputModel } from './mesh-model.ts';

/**
 * The names of a CSV drop's columns, of its first line.
 *
 * @throws MeshError when they are not what the source declares.
 */
export function csvHeader(input: SourceInputModel, path: string, line: string): readonly string[] {
  const header = parseCsvLine(line, input.delimiter);
  const known = input.fields.map(({ name }) => name);
  const refused = (code: string, message: string, fix: string) =>
    new MeshError({ code, message, where: { port: input.name, file: path, line: 1 }, fix });
  if (line.trim() === '') {
    const fix = `remove it, or begin it with \`${known.join(input.delimiter)}\``;
    throw refused('empty-drop', 'is empty: not even a header', fix);
  }
  if (/[\0\uFFFD]/.test(line)) {
    const fix = "write the drop in UTF-8, or declare `encoding: 'latin-1'` for its source";
    throw refused('invalid-encoding', `its header is no text in ${input.encoding}`, fix);
  }
  const missing = input.fields.filter(({ name }) => !header.includes(name));
  const alike = missing.flatMap(({ name }) =>
    header.filter((other) => isAlike(other, name)).map((other) => [other, name]),
  );
  const required = missing.filter((field) => field.required).map(({ name }) => name);
  if (missing.length === known.length || required.length > 0 || alike.length > 0) {
    const shown = header.slice(0, MOST_SHOWN).map((name) => `\`${name}\``);
    const more = header.length > MOST_SHOWN ? `, … (${header.length} columns)` : '';
    const lacks = [...new Set([...(required.length > 0 ? required : []), ...alike.map(([, name]) => name)])];
    const hint = alike.map(([other, name]) => `; \`${other}\` is not \`${name}\``).join('');
    const message = `its header has ${shown.join(', ')}${more}; missing: ${(lacks.length > 0 ? lacks : known).join(', ')}${hint}`;
    const other = [';', '\t', '|'].find((delimiter) => header.length === 1 && header[0]!.includes(delimiter));
    const fix = other
      ? `declare \`delimiter: '${other === '\t' ? '\\t' : other}'\` for its source`
      : 'mend the drop, or set `header: false` if it has none';
    throw refused('wrong-header', message, fix);
  }
  const twice = known.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice !== undefined) throw refused('wrong-header', `its header has \`${twice}\` twice`, 'name each column once');
  return header;
}

const MOST_SHOWN = 12;

/** Whether a name was meant for another; taking it for unknown would leave a field empty that the drop has. */
function isAlike(name: string, other: string): boolean {
  return name.trim().toLowerCase() === other.toLowerCase();
}

/** The fields of one line. */
export function parseCsvLine(line: string, delimiter: string): string[] {
  const names: string[] = [];
  let name = '';
  let inQuotes = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (inQuotes && char === '"' && line[at + 1] === '"') {
      name += '"';
      at += 1;
    } else if (char === '"') inQuotes = !inQuotes;
    else if (char === delimiter && !inQuotes) {
      names.push(name);
      name = '';
    } else name += char;
  }
  return [...names, name];
}
