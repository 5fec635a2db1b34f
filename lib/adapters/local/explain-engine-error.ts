import { MeshError, type Where } from '../../model/mesh-error.ts';
import { REFUSED_VALUE } from './source-column.ts';

/** Turns what DuckDB says of broken data into an error with the drop's name, its line and a way out. */
export function explainEngineError(thrown: unknown, landing: string): unknown {
  if (thrown instanceof MeshError || !(thrown instanceof Error)) return thrown;
  const text = thrown.message;
  const where = whereOf(text, landing);
  const refused = refusedValue(text, landing);
  if (refused) return refused;
  const failure = (code: string, message: string, fix: string) =>
    new MeshError({ code, message, where, fix, cause: thrown });
  if (/invalid unicode|not utf-8 encoded|Invalid UTF|Invalid byte/i.test(text)) {
    return failure(
      'invalid-encoding',
      firstLine(text, landing),
      /json/i.test(text)
        ? 'write the drop in UTF-8'
        : "write the drop in UTF-8, or declare `encoding: 'latin-1'` for its source",
    );
  }
  if (/CSV Parser state machine/.test(text)) {
    const message =
      'cannot be parsed as CSV: its lines may end in different ways (CRLF and LF), or its quotes not match';
    return failure('malformed-drop', message, 'write the drop again, with lines that all end alike');
  }
  if (
    /CSV Error|Malformed JSON|JSON transform error|maximum_object_size|unexpected end of data|Could not convert string|read_json|read_csv/i.test(
      text,
    )
  ) {
    return failure(
      'malformed-drop',
      firstLine(text, landing),
      'mend that record, or remove the drop; what was published before stays in place',
    );
  }
  if (/parquet|Snappy|Thrift|magic bytes/i.test(text) && where.file) {
    return failure(
      'malformed-drop',
      firstLine(text, landing),
      'write the drop again, or remove it; what was published before stays in place',
    );
  }
  if (/Conversion Error|Out of Range|Overflow|Cast/i.test(text)) {
    return failure(
      'conversion-failed',
      firstLine(text, landing),
      'use `TRY_CAST` for what may not convert, or mend the data',
    );
  }
  if (/Out of Memory/i.test(text)) {
    return failure(
      'out-of-memory',
      firstLine(text, landing),
      'free some memory, or let the transformation read less at once',
    );
  }
  return thrown;
}

/** DuckDB tells the file and line in several ways. */
function whereOf(text: string, landing: string): Where {
  const path =
    /(?:file(?:name)?\s*[:=]?\s*|file )["']?(\/[^"'\n,]+)/i.exec(text)?.[1] ?? /["'](\/[^"'\n]+)["']/.exec(text)?.[1];
  const file = path?.trim().startsWith(`${landing}/`) ? path.trim().slice(landing.length + 1) : undefined;
  const field = /converting column "(.+?)"/.exec(text)?.[1];
  const line = Number(/line:?\s+(\d+)/i.exec(text)?.[1]);
  // Of JSON that cannot be parsed it tells the line behind.
  const isBehind = /Malformed JSON .* in line/.test(text);
  return { file, field: file && field, line: line > 0 && file ? line - (isBehind ? 1 : 0) : undefined };
}

/** A value that is not what its source declares, as `sourceColumn` reports it. */
function refusedValue(text: string, landing: string): MeshError | undefined {
  const parts = text.slice(text.indexOf(REFUSED_VALUE)).split('\u0001');
  if (!text.includes(REFUSED_VALUE) || parts.length < 5) return undefined;
  const [, field, kind, path = '', value] = parts;
  const where = { field, file: path.startsWith(`${landing}/`) ? path.slice(landing.length + 1) : path };
  // A decimal was read wider than declared.
  const shown = kind?.startsWith('decimal') ? value?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : value;
  const message = `\`${shown}\` is not of type ${kind}`;
  return new MeshError({
    code: 'malformed-drop',
    message,
    where,
    fix: 'mend that record, or declare the field as it is',
  });
}

function firstLine(text: string, landing: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const [first = text, ...rest] = lines;
  const told = (pattern: RegExp) => rest.find((line) => pattern.test(line));
  const detail =
    told(/^(Error when converting|Expected Number|Value with|Maximum line size|Invalid unicode)/i) ??
    told(/^Original Line/i);
  const whole = detail && !first.includes(detail) ? `${first}: ${detail}` : first;
  // The error's place tells file and line.
  const shown = whole
    .replace(/^(?:[A-Z]\w+ )+Error: /, '')
    .replace(/ in file "[^"]*",?| on Line: \d+/g, '')
    .replace(/,? in line \d+/, '')
    .replaceAll(`${landing}/`, '')
    .replace(/ Try auto-detecting.*$| \(?See .*$/, '')
    .trim();
  return shown.length > 400 ? `${shown.slice(0, 400)}…` : shown;
}
