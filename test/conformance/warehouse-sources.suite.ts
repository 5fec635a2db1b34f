import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { MeshError } from '../../lib/model/mesh-error.ts';
import type { SourceInputModel } from '../../lib/model/mesh-model.ts';
import { parquetOf } from './parquet.ts';
import { sampleSource } from './samples.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';
import { collect, scan, sourceBinding } from './warehouse-samples.ts';

/** How every warehouse reads operational drops. */
export function warehouseSourcesSuite(target: ConformanceTarget): void {
  describe('warehouse, reading drops', () => {
    const place = placeForEach(target);
    const read = async (
      drops: { readonly [name: string]: string | Uint8Array },
      change: Partial<SourceInputModel> = {},
    ) => {
      const input = { ...sampleSource({ format: change.format ?? 'csv' }), ...change };
      for (const [name, content] of Object.entries(drops)) await place().land(`${input.path}/${name}`, content);
      const files = await place().ports.sources.list(input);
      return collect(place().ports.warehouse.readRows(sourceBinding(input, files), ['id']));
    };
    const [a, b] = [scan('a', 1, '2026-01-01 10:00:00'), scan('b', 2, null)];

    testOperation(target, 'source-csv', 'reads CSV by the names in its header, zipped or not', async () => {
      const zipped = gzipSync('at,id,amount\n,b,2\n');
      expect(await read({ '1.csv': 'id,amount,at\na,1,2026-01-01 10:00:00\n', '2.csv.gz': zipped })).toEqual([a, b]);
    });

    testOperation(target, 'source-csv', 'reads quoted values, another delimiter, no header, latin-1', async () => {
      const content = Buffer.from('"M\u00fcller;\n ""x""";5;\n', 'latin1');
      const rows = await read({ '1.csv': content }, { delimiter: ';', header: false, encoding: 'latin-1' });
      expect(rows).toEqual([scan('Müller;\n "x"', 5, null)]);
    });

    testOperation(target, 'source-csv', 'takes missing columns for null and leaves out unknown ones', async () => {
      expect(await read({ '1.csv': 'id,more\na,x\n' })).toEqual([scan('a', null, null)]);
    });

    testOperation(target, 'source-ndjson', 'reads NDJSON, whatever each line has', async () => {
      const content = '{"id":"a","amount":1,"at":"2026-01-01 10:00:00","more":{"x":1}}\n{"id":"b","amount":2}\n';
      expect(await read({ '1.ndjson': content }, { format: 'ndjson' })).toEqual([a, b]);
    });

    testOperation(target, 'source-parquet', 'reads Parquet, with its columns in any order', async () => {
      const content = await parquetOf(
        `SELECT * FROM (VALUES (TIMESTAMP '2026-01-01 10:00:00', 'a', 1), (NULL, 'b', 2)) AS t("at", id, amount)`,
      );
      expect(await read({ '1.parquet': content }, { format: 'parquet' })).toEqual([a, b]);
    });

    const broken: [
      operation: 'source-csv' | 'source-ndjson' | 'source-parquet',
      what: string,
      name: string,
      content: string | Uint8Array,
    ][] = [
      ['source-csv', 'a number that is none', '1.csv', 'id,amount,at\na,one,\n'],
      ['source-csv', 'a line with too many values', '1.csv', 'id,amount,at\na,1,,x,y\n'],
      ['source-csv', 'no header at all', '1.csv', ''],
      ['source-csv', 'a quote that never ends', '1.csv', 'id,amount,at\n"a,1,\n'],
      [
        'source-csv',
        'bytes that are not UTF-8',
        '1.csv',
        Buffer.from([...Buffer.from('id,amount,at\n'), 0xff, 0xfe, 0x0a]),
      ],
      ['source-csv', 'something that is not zipped', '1.csv.gz', 'id,amount,at\n'],
      ['source-ndjson', 'a line that is not JSON', '1.ndjson', '{"id":"a"}\nnot json\n'],
      ['source-ndjson', 'a number that is none', '1.ndjson', '{"id":"a","amount":"one"}\n'],
      ['source-parquet', 'a file that is not Parquet', '1.parquet', 'PAR1 but no more'],
    ];
    for (const [operation, what, name, content] of broken) {
      testOperation(target, operation, `refuses ${what}, naming the drop (${operation})`, async () => {
        const format = operation.slice('source-'.length) as SourceInputModel['format'];
        const refusal = await read({ [name]: content }, { format }).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(MeshError);
        expect((refusal as MeshError).message).toContain(name);
        expect((refusal as MeshError).fix).not.toBe('');
      });
    }
  });
}
