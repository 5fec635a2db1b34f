import { expect, test } from 'vitest';
import { evolveColumns, sameColumns } from '../../../../lib/adapters/aws/tables/iceberg-schema.ts';
import type { FieldModel } from '../../../../lib/model/mesh-model.ts';
import { sampleProduct } from '../../../conformance/samples.ts';

const field = sampleProduct({ mode: 'append' }).outputs[0]!.fields[0]!;
const docOf = (description: string) => evolveColumns([{ ...field, description }]).fields[0]!.doc;

test('a column’s text is one line of as many bytes as Glue takes', () => {
  expect(docOf('Known\n  from the\tshop\u0000')).toBe('Known from the shop');
  expect(docOf('x'.repeat(255))).toBe('x'.repeat(255));
  expect(docOf('x'.repeat(256))).toBe(`${'x'.repeat(252)}…`);
  const umlauts = docOf('ü'.repeat(200))!;
  expect(umlauts).toBe(`${'ü'.repeat(126)}…`);
  expect(Buffer.byteLength(umlauts)).toBeLessThanOrEqual(255);
});

test('a text that was cut is the same the next time', () => {
  const contract: readonly FieldModel[] = [{ ...field, description: `${'🚚 on its way\n'.repeat(40)}` }];
  const first = evolveColumns(contract);
  expect(sameColumns(evolveColumns(contract, first), first)).toBe(true);
});
