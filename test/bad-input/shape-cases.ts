import { gzipSync } from 'node:zlib';
import { type DropCase, FIELDS, type Refused } from './drop-case.ts';

const HEADER = 'id,n,big,x,price,ok,day,at';
const LINE = ',1,2,0.5,1.25,true,2026-01-31,2026-01-31 10:00:00';
const VALUES = [1, '2', 0.5, '1.25', true, '2026-01-31', '2026-01-31 10:00:00'];
const few = { id: FIELDS.id, n: FIELDS.n };
const text = { id: FIELDS.id };
const MIBIBYTE = 1024 * 1024;

type Content = string | Uint8Array;
type Rest = Partial<Pick<DropCase, 'fields' | 'options'>>;

const good = (name: string, file: string, content: Content, rows: DropCase['rows'], rest: Rest = {}): DropCase => ({
  name,
  format: formatOf(file),
  drops: { [file]: content },
  fields: few,
  rows,
  ...rest,
});
const bad = (name: string, file: string, content: Content, refused: Refused, rest: Rest = {}): DropCase => ({
  name,
  format: formatOf(file),
  drops: { [file]: content },
  fields: few,
  refused: { file, ...refused },
  ...rest,
});

function formatOf(file: string): DropCase['format'] {
  return file.includes('.csv') ? 'csv' : file.includes('.ndjson') ? 'ndjson' : 'parquet';
}

const malformed = (says: RegExp, line?: number): Refused => ({ code: 'malformed-drop', says, line });
const header = (says: RegExp): Refused => ({ code: 'wrong-header', says, line: 1 });
const encoding = (says: RegExp, line: number): Refused => ({ code: 'invalid-encoding', says, line });
const columns = (says: RegExp, field?: string): Refused => ({ code: 'wrong-columns', says, field });

const CSV: readonly DropCase[] = [
  good('csv', 'd.csv', `${HEADER}\na${LINE}\n`, [['a', ...VALUES]], { fields: FIELDS }),
  good('csv-without-end', 'd.csv', `${HEADER}\na${LINE}`, [['a', ...VALUES]], { fields: FIELDS }),
  bad('csv-open-quote', 'd.csv', `${HEADER}\na${LINE}\n"b${LINE}\nc${LINE}\n`, malformed(/unterminated quote/, 3), {
    fields: FIELDS,
  }),
  bad('csv-behind-quote', 'd.csv', 'id,n\n"a"b,1\n', malformed(/quote/, 2)),
  good('csv-quote-within', 'd.csv', 'id,n\na"b,1\n', [['a"b', 1]]),
  bad('csv-too-few', 'd.csv', `${HEADER}\na${LINE}\nb,1\n`, malformed(/Expected Number of Columns: 8 Found: 2/, 3), {
    fields: FIELDS,
  }),
  bad(
    'csv-too-many',
    'd.csv',
    `${HEADER}\na${LINE}\nb${LINE},c\n`,
    malformed(/Expected Number of Columns: 8 Found: 9/, 3),
    { fields: FIELDS },
  ),
  bad('csv-other-header', 'd.csv', 'foo,bar\n1,2\n', header(/`foo`, `bar`; missing: id/)),
  bad('csv-header-lacks-required', 'd.csv', 'n\n1\n', header(/missing: id/)),
  good('csv-header-lacks-optional', 'd.csv', 'id\na\n', [['a', null]]),
  bad('csv-header-in-capitals', 'd.csv', 'ID,N\na,1\n', header(/`ID` is not `id`/)),
  bad('csv-header-with-space', 'd.csv', 'id, n\na,1\n', header(/` n` is not `n`/)),
  bad('csv-header-names-twice', 'd.csv', 'id,n,n\na,1,2\n', header(/`n` twice/)),
  good('csv-unknown-twice', 'd.csv', 'id,z,z,n\na,8,9,1\n', [['a', 1]]),
  bad('csv-header-line-twice', 'd.csv', 'id,n\nid,n\na,1\n', {
    ...malformed(/^`n` is not of type int/, 2),
    field: 'n',
  }),
  good('csv-other-order', 'd.csv', 'n,more,id\n1,z,a\n', [['a', 1]]),
  bad('csv-empty', 'd.csv', '', { code: 'empty-drop', says: /is empty/, line: 1 }),
  bad('csv-blank', 'd.csv', '\n\n', { code: 'empty-drop', says: /is empty/, line: 1 }),
  good('csv-header-only', 'd.csv', 'id,n\n', []),
  good('csv-header-only-without-end', 'd.csv', 'id,n', []),
  good('csv-bom', 'd.csv', '\uFEFFid,n\nä,1\n', [['ä', 1]]),
  good('csv-bom-without-header', 'd.csv', '\uFEFFä,1\n', [['ä', 1]], { options: 'header: false' }),
  good('csv-crlf', 'd.csv', 'id,n\r\na,1\r\nb,2\r\n', [
    ['a', 1],
    ['b', 2],
  ]),
  bad('csv-mixed-ends', 'd.csv', 'id,n\r\na,1\nb,2\r\nc,3\n', malformed(/different ways/)),
  bad('csv-cr-only', 'd.csv', 'id,n\ra,1\rb,2\r', malformed(/Number of Columns|header/, 2)),
  good('csv-nul', 'd.csv', 'id,n\na\0b,1\n', [['a\0b', 1]]),
  bad('csv-nul-in-number', 'd.csv', 'id,n\na,1\0\n', { ...malformed(/is not of type int/), field: 'n' }),
  bad('csv-other-delimiter', 'd.csv', 'id;n\na;1\n', header(/`id;n`/)),
  good('csv-declared-delimiter', 'd.csv', 'id;n\n"a;b";1\n', [['a;b', 1]], { options: "delimiter: ';'" }),
  good('csv-tabs', 'd.csv', 'id\tn\na\t1\n', [['a', 1]], { options: "delimiter: '\\t'" }),
  good('csv-blank-lines', 'd.csv', 'id,n\na,1\n\nb,2\n\n', [
    ['a', 1],
    ['b', 2],
  ]),
  good('csv-newline-in-quotes', 'd.csv', 'id,n\n"a\nb",1\n', [['a\nb', 1]]),
  good('csv-doubled-quotes', 'd.csv', 'id,n\n"a ""b"" c",1\n', [['a "b" c', 1]]),
  good('csv-backslash', 'd.csv', 'id,n\n"a\\b",1\n', [['a\\b', 1]]),
  good('csv-words-for-null', 'd.csv', 'id\nNULL\n\\N\nNaN\n', [['NULL'], ['NaN'], ['\\N']], { fields: text }),
  bad('csv-huge-field', 'd.csv', `id,n\n${'x'.repeat(17 * MIBIBYTE)},1\n`, malformed(/16777216 bytes/, 2)),
  good('csv-large-field', 'd.csv', `id,n\n${'x'.repeat(5 * MIBIBYTE)},1\n`, [['x'.repeat(5 * MIBIBYTE), 1]]),
  good('csv-many-columns', 'd.csv', `id,${range('c')}\na,${range('')}\n`, [['a', 9_999]], {
    fields: { id: FIELDS.id, c9999: "field.int('Last')" },
  }),
  bad('csv-invalid-utf8', 'd.csv', Buffer.from('id,n\na,1\nb\xff\xfe,2\n', 'latin1'), encoding(/not utf-8/, 3)),
  bad('csv-latin1-undeclared', 'd.csv', Buffer.from('id,n\nKöln,1\n', 'latin1'), encoding(/not utf-8/, 2)),
  good('csv-latin1-declared', 'd.csv', Buffer.from('id,n\nKöln,1\n', 'latin1'), [['Köln', 1]], {
    options: "encoding: 'latin-1'",
  }),
  bad('csv-utf16', 'd.csv', Buffer.from('\uFEFFid,n\nKöln,1\n', 'utf16le'), encoding(/no text in utf-8/, 1)),
  bad(
    'csv-binary',
    'd.csv',
    Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 256)),
    encoding(/no text in utf-8/, 1),
  ),
  good('csv-name-hides-column', 'n=99/d.csv', 'id\na\n', [['a', null]]),
];

const NDJSON: readonly DropCase[] = [
  good('json', 'd.ndjson', '{"id":"a","n":1}\n', [['a', 1]]),
  good('json-without-end', 'd.ndjson', '{"id":"a","n":1}\n{"id":"b"}', [
    ['a', 1],
    ['b', null],
  ]),
  good('json-blank-lines', 'd.ndjson', '{"id":"a"}\n\n\n{"id":"b"}\n\n', [
    ['a', null],
    ['b', null],
  ]),
  good('json-crlf', 'd.ndjson', '{"id":"a"}\r\n{"id":"b"}\r\n', [
    ['a', null],
    ['b', null],
  ]),
  good('json-empty', 'd.ndjson', '', []),
  bad('json-no-json', 'd.ndjson', '{"id":"a"}\nhello\n{"id":"c"}\n', malformed(/Malformed JSON/, 2)),
  bad('json-list-line', 'd.ndjson', '{"id":"a"}\n["b"]\n', malformed(/Expected OBJECT, but got ARRAY/, 2)),
  bad('json-number-line', 'd.ndjson', '{"id":"a"}\n5\n', malformed(/Expected OBJECT/, 2)),
  bad('json-one-list', 'd.ndjson', '[{"id":"a"},{"id":"b"}]\n', malformed(/Expected OBJECT, but got ARRAY/, 1)),
  bad('json-over-lines', 'd.ndjson', '{\n "id": "a"\n}\n', malformed(/Malformed JSON/, 1)),
  bad('json-two-on-a-line', 'd.ndjson', '{"id":"a"} {"id":"b"}\n', malformed(/unexpected content after document/, 1)),
  bad('json-torn', 'd.ndjson', '{"id":"a"}\n{"id":"b","n":', malformed(/unexpected end of data/, 2)),
  bad('json-torn-in-number', 'd.ndjson', '{"id":"a"}\n{"id":"b","n":12', malformed(/unexpected end of data/, 2)),
  bad('json-key-twice', 'd.ndjson', '{"id":"a","n":1,"n":2}\n', malformed(/duplicate key "n"/, 1)),
  good('json-nested-as-text', 'd.ndjson', '{"id":{"deep":[1,"x"]}}\n', [['{"deep":[1,"x"]}']], { fields: text }),
  bad(
    'json-invalid-utf8',
    'd.ndjson',
    Buffer.from('{"id":"a"}\n{"id":"b\xff\xfe"}\n', 'latin1'),
    encoding(/invalid UTF-8/, 2),
  ),
  bad('json-bom', 'd.ndjson', '\uFEFF{"id":"a"}\n', malformed(/byte order mark/, 1)),
  bad('json-nul', 'd.ndjson', '{"id":"a\0b"}\n', malformed(/control character/, 1)),
  bad('json-half-a-pair', 'd.ndjson', '{"id":"a\\ud800b"}\n', malformed(/surrogate/, 1)),
  bad(
    'json-text-in-double',
    'd.ndjson',
    '{"id":"a","x":"abc"}\n',
    malformed(/Failed to cast value to numerical: "abc"/, 1),
    { fields: { id: FIELDS.id, x: FIELDS.x } },
  ),
  good('json-large-record', 'd.ndjson', `{"id":"${'x'.repeat(5 * MIBIBYTE)}","n":1}\n`, [
    ['x'.repeat(5 * MIBIBYTE), 1],
  ]),
  bad(
    'json-huge-record',
    'd.ndjson',
    `{"id":"a"}\n{"id":"${'x'.repeat(40 * MIBIBYTE)}"}\n`,
    malformed(/maximum_object_size|large/i),
  ),
  good('json-deep-unknown', 'd.ndjson', `{"id":"a","z":${'['.repeat(5_000)}${']'.repeat(5_000)}}\n`, [['a', null]]),
  good(
    'json-many-keys',
    'd.ndjson',
    `{"id":"a",${Array.from({ length: 10_000 }, (_, index) => `"c${index}":${index}`).join(',')}}\n`,
    [['a', 9_999]],
    { fields: { id: FIELDS.id, c9999: "field.int('Last')" } },
  ),
  good('json-name-hides-column', 'n=99/d.ndjson', '{"id":"a"}\n', [['a', null]]),
  bad(
    'json-in-struct',
    'd.ndjson',
    '{"id":"a","s":{"p":1}}\n{"id":"b","s":{"p":1.5}}\n',
    { ...malformed(/^`1.5` is not of type int/, 2), field: 's' },
    { fields: { id: FIELDS.id, s: "field.struct({ p: field.int('P') }, 'S')" } },
  ),
  bad(
    'json-in-list',
    'd.ndjson',
    '{"id":"a","l":[1,2.7]}\n',
    { ...malformed(/^`2.7` is not of type int/, 1), field: 'l' },
    { fields: { id: FIELDS.id, l: "field.list(field.int(''), 'L')" } },
  ),
  bad('json-no-list', 'd.ndjson', '{"id":"a","l":5}\n', malformed(/Expected ARRAY/, 1), {
    fields: { id: FIELDS.id, l: "field.list(field.int(''), 'L')" },
  }),
  good(
    'json-nested',
    'd.ndjson',
    '{"id":"a","l":["1",2],"m":{"k":"2026-01-31"},"s":{"p":1.5,"q":null}}\n{"id":"b"}\n',
    [
      ['a', [1, 2], [{ key: 'k', value: '2026-01-31' }], { p: '1.50', q: null }],
      ['b', null, null, null],
    ],
    {
      fields: {
        id: FIELDS.id,
        l: "field.list(field.int(''), 'L')",
        m: "field.map(field.string(''), field.date(''), 'M')",
        s: "field.struct({ p: field.decimal(6, 2, ''), q: field.int('') }, 'S')",
      },
    },
  ),
];

const GZIP: readonly DropCase[] = [
  good('gzip', 'd.csv.gz', gzipSync('id,n\na,1\n'), [['a', 1]]),
  good('gzip-of-two', 'd.csv.gz', Buffer.concat([gzipSync('id,n\na,1\n'), gzipSync('b,2\n')]), [
    ['a', 1],
    ['b', 2],
  ]),
  good('json-gzip', 'd.ndjson.gz', gzipSync('{"id":"a"}\n'), [['a', null]]),
  bad('gzip-not', 'd.csv.gz', 'id,n\na,1\n', malformed(/not compressed/)),
  bad('gzip-torn', 'd.csv.gz', gzipSync(`id,n\n${'a,1\n'.repeat(100_000)}`).subarray(0, 400), malformed(/cut off/)),
  bad(
    'gzip-torn-at-the-end',
    'd.csv.gz',
    gzipSync(`id,n\n${'a,1\n'.repeat(1_000)}`).subarray(0, -6),
    malformed(/cut off/),
  ),
  bad('gzip-damaged', 'd.csv.gz', damaged(gzipSync(`id,n\n${'a,1\n'.repeat(1_000)}`)), malformed(/cut off or damaged/)),
  bad('gzip-empty', 'd.csv.gz', '', malformed(/cut off/)),
  bad('gzip-under-another-name', 'd.csv', gzipSync('id,n\na,1\n'), encoding(/no text in utf-8/, 1)),
  bad('json-gzip-not', 'd.ndjson.gz', '{"id":"a"}\n', malformed(/not compressed/)),
  bad('json-gzip-torn', 'd.ndjson.gz', gzipSync('{"id":"a"}\n'.repeat(1_000)).subarray(0, 40), malformed(/cut off/)),
];

/** Of Parquet a text is the SELECT that makes the drop, unless it begins with `raw:`. */
const PARQUET: readonly DropCase[] = [
  good(
    'parquet',
    'd.parquet',
    "SELECT 'a' AS id, 1::INTEGER AS n, 2::BIGINT AS big, 0.5::DOUBLE AS x, 1.25::DECIMAL(6, 2) AS price, true AS ok, DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 10:00:00' AS at",
    [['a', ...VALUES]],
    { fields: FIELDS },
  ),
  good(
    'parquet-of-texts',
    'd.parquet',
    "SELECT 'a' AS id, '1' AS n, '2' AS big, '0.5' AS x, '1.25' AS price, 'true' AS ok, '2026-01-31' AS day, '2026-01-31T12:00:00+02:00' AS at",
    [['a', ...VALUES]],
    { fields: FIELDS },
  ),
  good(
    'parquet-of-wider-types',
    'd.parquet',
    "SELECT 'a' AS id, 1::BIGINT AS n, 2::HUGEINT::DOUBLE AS big, 0.5::FLOAT AS x, 1.25::DOUBLE AS price, true AS ok, TIMESTAMP '2026-01-31 00:00:00' AS day, TIMESTAMPTZ '2026-01-31 10:00:00+00' AS at",
    [['a', ...VALUES]],
    { fields: FIELDS },
  ),
  good('parquet-without-rows', 'd.parquet', "SELECT 'a' AS id, 1 AS n WHERE false", []),
  good('parquet-lacks-optional', 'd.parquet', "SELECT 'a' AS id, 5 AS more", [['a', null]]),
  bad('parquet-lacks-required', 'd.parquet', 'SELECT 1 AS n', columns(/missing: id/)),
  bad('parquet-of-others', 'd.parquet', 'SELECT 1 AS foo', columns(/`foo`; missing: id/)),
  bad('parquet-text-for-int', 'd.parquet', "SELECT 'a' AS id, 'abc' AS n", {
    ...malformed(/^`abc` is not of type int/),
    field: 'n',
  }),
  bad('parquet-fraction-for-int', 'd.parquet', "SELECT 'a' AS id, 1.7::DOUBLE AS n", {
    ...malformed(/^`1.7` is not of type int/),
    field: 'n',
  }),
  bad('parquet-long-for-int', 'd.parquet', "SELECT 'a' AS id, 2147483648 AS n", {
    ...malformed(/^`2147483648` is not of type int/),
    field: 'n',
  }),
  bad('parquet-nested-for-int', 'd.parquet', "SELECT 'a' AS id, [1] AS n", columns(/nested, declared as int/, 'n')),
  bad(
    'parquet-time-for-date',
    'd.parquet',
    "SELECT 'a' AS id, TIMESTAMP '2026-01-31 10:00:00' AS day",
    { ...malformed(/is not of type date/), field: 'day' },
    { fields: { id: FIELDS.id, day: FIELDS.day } },
  ),
  bad(
    'parquet-finer-decimal',
    'd.parquet',
    "SELECT 'a' AS id, 1.239::DECIMAL(8, 3) AS price",
    { ...malformed(/^`1.239` is not of type decimal/), field: 'price' },
    { fields: { id: FIELDS.id, price: FIELDS.price } },
  ),
  bad('parquet-empty', 'd.parquet', 'raw:', malformed(/./)),
  bad('parquet-renamed-text', 'd.parquet', 'raw:id,n\na,1\n', malformed(/./)),
  bad('parquet-torn', 'd.parquet', 'torn:SELECT range::VARCHAR AS id, 1 AS n FROM range(10000)', malformed(/./)),
];

const NAMES: readonly DropCase[] = [
  {
    name: 'names',
    format: 'csv',
    drops: Object.fromEntries(
      [
        "it's.csv",
        'a b.csv',
        'new\nline.csv',
        'größe \u{1F4E6}.csv',
        'semi;"x".csv',
        '*.csv',
        '[a].csv',
        '[*].csv',
        'back\\slash.csv',
        '?.csv',
        'a.csv',
        '**/x.csv',
        '{a,b}.csv',
        '%20.csv',
      ].map((file, index) => [file, `id,n\n${String.fromCharCode(97 + index)},${index}\n`]),
    ),
    fields: few,
    rows: Array.from({ length: 14 }, (_, index) => [String.fromCharCode(97 + index), index]),
  },
  {
    name: 'one-of-two',
    format: 'csv',
    drops: { 'a.csv': 'id,n\na,1\n', 'b.csv': 'id,n\nb,zwei\n' },
    fields: few,
    refused: { ...malformed(/^`zwei` is not of type int/, 2), file: 'b.csv', field: 'n' },
  },
  {
    name: 'parquet-of-two-forms',
    format: 'parquet',
    drops: { 'a.parquet': "SELECT 'a' AS id, 1 AS n", 'b.parquet': "SELECT '2' AS n, 'b' AS id, 5 AS more" },
    fields: few,
    rows: [
      ['a', 1],
      ['b', 2],
    ],
  },
];

const PERSONAL: readonly DropCase[] = [
  bad(
    'personal-value',
    'd.csv',
    'id,born\na,31.01.1990\n',
    { ...malformed(/^a personal value is not of type date$/, 2), field: 'born' },
    { fields: personal() },
  ),
  bad(
    'personal-text',
    'd.ndjson',
    '{"id":"a","born":"January"}\n',
    { ...malformed(/^a personal value is not of type date$/, 1), field: 'born' },
    { fields: personal() },
  ),
  bad('personal-record', 'd.ndjson', '["January",1]\n', malformed(/^a record has not the shape/, 1), {
    fields: personal(),
  }),
];

/** Drops of every shape. */
export const SHAPE_CASES: readonly DropCase[] = [...CSV, ...NDJSON, ...GZIP, ...PARQUET, ...NAMES, ...PERSONAL];

function personal(): DropCase['fields'] {
  return { id: FIELDS.id, born: "field.date('Birth').classified('personal')" };
}

function range(before: string): string {
  return Array.from({ length: 10_000 }, (_, index) => `${before}${index}`).join(',');
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 7]! ^= 0xff;
  return copy;
}
