import { fail, type Macros, refuseType, typeOf } from './macro-text.ts';

const bytes = (value: string) => refuseType('bytes', typeOf('x'), '^[^B"U]|^(BIGINT|BOOLEAN)', value);

/** Bytes, hashes and JSON. Athena hashes bytes into bytes, DuckDB texts into texts. */
export const BYTES: Macros = {
  trino_md5: { '(x)': bytes('unhex(md5(x))') },
  trino_sha1: { '(x)': bytes('unhex(sha1(x))') },
  trino_sha256: { '(x)': bytes('unhex(sha256(x))') },
  trino_to_hex: { '(x)': bytes('hex(x)') },
  trino_to_base64: { '(x)': bytes('to_base64(x)') },
  trino_from_utf8: { '(x)': bytes('decode(x)') },

  trino_json_parse: { '(s)': 'CAST(s AS JSON)' },
  trino_json_format: { '(j)': 'CAST(j AS VARCHAR)' },
  trino_json_extract: { '(j, p)': 'CASE WHEN json_valid(j) THEN json_extract(j, p) END' },
  trino_json_extract_scalar: {
    // Athena gives a number as it is written, DuckDB as it reads it: one that reads otherwise is refused.
    '(j, p)': `CASE WHEN NOT json_valid(j) THEN NULL
      WHEN json_type(j, p) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL
      WHEN json_type(j, p) = 'DOUBLE' AND (strpos(CAST(j AS VARCHAR), json_extract_string(j, p)) = 0
        OR regexp_matches(CAST(j AS VARCHAR), '[:,\\[]\\s*-?[0-9]+([.][0-9]*0|[.]?[0-9]*[eE][+-]?[0-9]+)\\s*[,}\\]]')) THEN ${fail('a number in the JSON is not written plainly', 'VARCHAR')}
      ELSE json_extract_string(j, p) END`,
  },
  trino_json_array_length: {
    '(j)': `CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' THEN CAST(json_array_length(j) AS BIGINT) END`,
  },
};
