import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FieldType } from '../../../lib/model/field-type.ts';
import type { FieldModel, SourceInputModel } from '../../../lib/model/mesh-model.ts';
import { SHAPE_CASES } from '../../bad-input/shape-cases.ts';
import { VALUE_CASES } from '../../bad-input/value-cases.ts';
import { createDropParity, type DropParity, type Outcome } from './drop-parity.ts';
import { fieldsOf, sourceOf } from './drop-sources.ts';
import { CSV_TEXTS, STRICTER } from './nasty-values.ts';
import { BROADER, PARQUET_VALUES } from './parquet-values.ts';

let parity: DropParity;
beforeAll(async () => {
  parity = await createDropParity();
});
afterAll(() => parity?.close());

const both = async (input: SourceInputModel, drops: { readonly [name: string]: string | Uint8Array }) => ({
  local: await parity.local(input, drops),
  aws: await parity.aws(input, drops),
});

describe('a drop read on AWS', () => {
  for (const each of [...SHAPE_CASES, ...VALUE_CASES]) {
    // A file name that is no path on this machine is one in a bucket.
    test(`is read as it is locally: ${each.name}`, async () => {
      const input = sourceOf(each.format, fieldsOf(each.fields), each.options);
      const drops: { [name: string]: string | Uint8Array } = {};
      for (const [name, content] of Object.entries(each.drops)) drops[name] = await contentOf(name, content);
      const { local, aws } = await both(input, drops);
      if (!each.refused) expectSame(local, aws);
      if (!each.refused) return;
      if (!('refused' in aws)) throw new Error(`is read: ${summary(aws)}`);
      const { code, file, line, field } = each.refused!;
      const { where } = aws.refused;
      expect({ code: aws.refused.code, kind: aws.refused.kind }).toEqual({ code, kind: 'check' });
      expect(where.file).toBe(file);
      if (line !== undefined) expect(where.line).toBe(line);
      if (field !== undefined) expect(where.field).toBe(field);
      expect(aws.refused.fix.length).toBeGreaterThan(10);
      if (/is not of type/.test(each.refused!.says.source) && each.name !== 'date-before-christ') {
        expect(aws.refused.message.split('): ').at(-1)).toMatch(
          new RegExp(each.refused!.says.source.replace(/\$$/, '')),
        );
      }
    });
  }
});

describe('a value read on AWS', () => {
  const types = Object.entries(CSV_TEXTS) as [name: string, { type: FieldType; texts: readonly string[] }][];
  for (const [name, { type, texts }] of types) {
    for (const format of ['csv', 'ndjson'] as const) {
      test(`is what it is locally: ${name} in ${format}`, async () => {
        const differ: string[] = [];
        for (const text of texts) {
          const quoted = `"${text.replaceAll('"', '""')}"`;
          const content =
            format === 'csv' ? `id,v\na,${quoted}\n` : `{"id":"a","v":${JSON.stringify(text)}}\n{"id":"b","v":null}\n`;
          const input = sourceOf(format, [fieldOf('id', { kind: 'string' }), fieldOf('v', type)]);
          const { local, aws } = await both(input, { [`d.${format}`]: content });
          if (STRICTER.has(`${name} ${text}`) && 'refused' in aws) continue;
          if (summary(local) !== summary(aws))
            differ.push(`${JSON.stringify(text)}: ${summary(local)} / ${summary(aws)}`);
        }
        expect(differ).toEqual([]);
      });
    }
  }

  test('is what it is locally: of every Parquet type for every declared one', async () => {
    const differ: string[] = [];
    for (const value of PARQUET_VALUES) {
      const content = await parity.parquet(`SELECT 'a' AS id, ${value} AS v`);
      for (const [name, { type }] of types) {
        const input = sourceOf('parquet', [fieldOf('id', { kind: 'string' }), fieldOf('v', type)]);
        const drops = { 'd.parquet': content };
        const aws = await parity.aws(input, drops);
        const local = await parity.local(input, drops).catch(() => ({ rows: ['an error of the engine'] }));
        if ('rows' in local && local.rows[0] === 'an error of the engine' && 'refused' in aws) continue;
        if (BROADER.has(`${value} ${name}`)) continue;
        if (summary(local) !== summary(aws)) differ.push(`${value} as ${name}: ${summary(local)} / ${summary(aws)}`);
      }
    }
    expect(differ).toEqual([]);
  }, 60_000);
});

function fieldOf(name: string, type: FieldType): FieldModel {
  return { ...EMPTY, name, type } as FieldModel;
}

const EMPTY = {
  description: '',
  required: false,
  unique: false,
  classification: 'internal',
  examples: [],
  severity: 'error',
};

function summary(outcome: Outcome): string {
  return 'refused' in outcome ? 'refused' : outcome.rows.join(' ');
}

function expectSame(local: Outcome, aws: Outcome): void {
  if ('refused' in local) {
    expect('refused' in aws ? aws.refused.code : aws).toBe(local.refused.code);
    return;
  }
  expect('refused' in aws ? aws.refused : aws).toEqual(local);
}

async function contentOf(name: string, content: string | Uint8Array): Promise<string | Uint8Array> {
  if (typeof content !== 'string' || !name.endsWith('.parquet')) return content;
  const [, how, text] = /^(raw:|torn:)?(.*)$/s.exec(content)!;
  if (how === 'raw:') return text!;
  const bytes = await parity.parquet(text!);
  return how === 'torn:' ? bytes.subarray(0, bytes.length / 2) : bytes;
}
