import type { ColumnInfo, Datum } from '@aws-sdk/client-athena';

/** A value of Athena's results, which are all text, as the model says it is in TypeScript. */
export function athenaValue({ VarCharValue: text }: Datum, { Type: type = '' }: ColumnInfo): unknown {
  if (text === undefined || text === null) return null;
  switch (type.toLowerCase()) {
    case 'boolean':
      return text === 'true';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'int':
    case 'float':
    case 'real':
    case 'double':
      return Number(text);
    case 'bigint':
    case 'long':
      return BigInt(text);
    case 'timestamp':
      return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
    case 'varbinary':
    case 'binary':
      return Uint8Array.from(text.split(' ').filter(Boolean), (byte) => Number.parseInt(byte, 16));
    default:
      return text;
  }
}
