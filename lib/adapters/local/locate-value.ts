import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { parseCsvLine } from '../../model/csv-header.ts';
import { describeType } from '../../model/field-type.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { FieldModel, SourceInputModel } from '../../model/mesh-model.ts';
import type { Binding } from '../../ports/warehouse.ts';

/** Says of a value of a drop what it should be, and in which line it stands, which the engine does not tell. */
export async function locateValue(thrown: unknown, bindings: readonly Binding[], landing: string): Promise<unknown> {
  if (!(thrown instanceof MeshError) || thrown.code !== 'malformed-drop') return thrown;
  const { code, kind, fix, cause, where } = thrown;
  const { file, field, line } = where;
  const input = bindings
    .flatMap((binding) => (binding.kind === 'source' ? [binding] : []))
    .find(({ files }) => files.some(({ path }) => path === file))?.input;
  if (file === undefined || !input) return thrown;
  const told = thrown.problems[0]!.message;
  const declared = input.fields.find(({ name }) => name === field);
  const unconverted = /Could not convert string "(.*)" to '/s.exec(told)?.[1];
  const value = unconverted ?? /^`(.*)` is not of type /s.exec(told)?.[1];
  if (!declared || value === undefined) {
    const message = input.fields.some(isHidden) ? withoutData(told) : told;
    return new MeshError({ code, kind, message, fix, cause, where });
  }
  const shown = isHidden(declared) ? `a ${declared.classification} value` : `\`${value}\``;
  const message = `${shown} is not of type ${/is not of type (.*)$/s.exec(told)?.[1] ?? describeType(declared.type)}`;
  const isText = input.format !== 'parquet' && line === undefined;
  const found = isText ? await findLine(join(landing, file), input, declared.name, value).catch(() => undefined) : line;
  return new MeshError({ code, kind, message, fix, cause, where: { ...where, line: found } });
}

/** Errors are kept in the ledger and travel further than data. */
function isHidden({ classification }: FieldModel): boolean {
  return classification === 'personal' || classification === 'confidential';
}

/** What the engine says of a record, without the record. */
function withoutData(message: string): string {
  if (message.startsWith('JSON transform error')) return 'a record has not the shape that the source declares';
  return message.replace(/: Original Line.*$/s, '');
}

async function findLine(
  path: string,
  input: SourceInputModel,
  field: string,
  value: string,
): Promise<number | undefined> {
  const raw = createReadStream(path);
  const stream = /\.gz$/i.test(path) ? raw.pipe(createGunzip()) : raw;
  stream.setEncoding(input.encoding === 'latin-1' ? 'latin1' : 'utf8');
  const heldIn = input.format === 'csv' ? csvField(input, field) : ndjsonField(field);
  let number = 0;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      const found = heldIn(text, number);
      if (found && isMeant(found.text, value)) return found.line;
    }
  } finally {
    raw.destroy();
  }
  return undefined;
}

type Found = { readonly text: string; readonly line: number } | undefined;

/** A record may go on over several lines. */
function csvField(input: SourceInputModel, field: string): (text: string, number: number) => Found {
  let place = input.header ? -1 : input.fields.findIndex(({ name }) => name === field);
  let record = '';
  let began = 1;
  return (text, number) => {
    if (record === '') began = number;
    record = record === '' ? text : `${record}\n${text}`;
    if (record.split('"').length % 2 === 0) return undefined;
    const values = parseCsvLine(record.replace(/^\uFEFF/, ''), input.delimiter);
    record = '';
    if (place === -1) {
      place = values.indexOf(field);
      return undefined;
    }
    return { text: values[place] ?? '', line: began };
  };
}

function ndjsonField(field: string): (text: string, number: number) => Found {
  return (text, line) => {
    if (text.trim() === '') return undefined;
    const value = (JSON.parse(text) as { [name: string]: unknown })[field];
    return { text: typeof value === 'string' ? value : JSON.stringify(value ?? null), line };
  };
}

/** The engine may write a value otherwise than the drop: another count of zeros, a time without its `T`. */
function isMeant(text: string, value: string): boolean {
  const numbers = [Number(text), Number(value)];
  const times = [text, value].map((each) => Date.parse(`${each.replace(' ', 'T').replace(/Z$/, '')}Z`));
  const isNested = /^[[{]/.test(text) && text.includes(value);
  return text === value || (text.trim() !== '' && numbers[0] === numbers[1]) || times[0] === times[1] || isNested;
}
