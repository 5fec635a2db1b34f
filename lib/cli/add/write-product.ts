import { describeType, type FieldType, trinoType } from '../../model/field-type.ts';
import type { InferredContract, InferredField } from './infer-contract.ts';
import type { FileProfile } from './profile-file.ts';

export interface NewProduct {
  readonly domain: string;
  readonly name: string;
  readonly port: string;
  readonly purpose: string;
  readonly team: string;
  readonly contact: string;
  /** Folder of the drops, below the landing folder. */
  readonly path: string;
  /** Whether entities can be imported from `../../entities.ts`. */
  readonly hasEntities: boolean;
}

/** The name of the source among the product's inputs. */
const INPUT = 'drops';

/** The files of a new product, by name. */
export function writeProduct(
  product: NewProduct,
  profile: FileProfile,
  contract: InferredContract,
): { readonly [file: string]: string } {
  return {
    'product.ts': productFile(product, profile, contract),
    [`${product.port}.sql`]: sqlFile(contract),
    'cases.yaml': casesFile(product, profile, contract),
  };
}

function productFile(product: NewProduct, profile: FileProfile, contract: InferredContract): string {
  const { domain, name, port, purpose, team, contact, path, hasEntities } = product;
  const entities = hasEntities ? [...new Set(contract.fields.flatMap(({ entity }) => entity ?? []))].sort() : [];
  const imports = entities.length > 0 ? `import { ${entities.join(', ')} } from '../../entities.ts';\n` : '';
  const { csv } = profile;
  const dialect = csv
    ? [
        csv.delimiter === ',' ? '' : `\n      delimiter: ${quote(csv.delimiter)},`,
        csv.header && !contract.isRenamed ? '' : '\n      header: false,',
        csv.encoding === 'utf-8' ? '' : `\n      encoding: ${quote(csv.encoding)},`,
      ].join('')
    : '';
  const sourceFields = contract.fields.map(
    (field) => `        ${field.name}: ${build(isText(contract) ? { kind: 'string' } : field.type, describe(field))},`,
  );
  const fields = contract.fields.map((field) => `        ${field.name}: ${outputField(field, hasEntities)},`);
  const time = contract.actualTime === undefined ? '' : `\n      actualTime: ${quote(contract.actualTime)},`;
  const key = contract.key.length === 0 ? '' : `\n      key: [${contract.key.map(quote).join(', ')}],`;
  return `import { defineProduct, field, output, source, sql } from 'cdk-data-mesh';
${imports}
export default defineProduct({
  domain: ${quote(domain)},
  name: ${quote(name)},
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: ${quote(purpose)},
  owner: { team: ${quote(team)}, contact: ${quote(contact)} },
  inputs: {
    ${INPUT}: source({
      description: ${quote(`What lands in ${path}`)},
      path: ${quote(path)},
      format: ${quote(profile.format)},${dialect}
      fields: {
${sourceFields.join('\n')}
      },
    }),
  },
  outputs: {
    ${port}: output({
      description: ${quote(purpose)},
      fields: {
${fields.join('\n')}
      },${key}
      mode: ${quote(contract.mode)},${time}
    }),
  },
  transform: sql(),
});
`;
}

function sqlFile(contract: InferredContract): string {
  const { fields, key, actualTime } = contract;
  const expression = ({ name, type }: InferredField) =>
    isText(contract) && type.kind !== 'string' ? `CAST(${name} AS ${trinoType(type)})` : name;
  const named = (field: InferredField) =>
    expression(field) === field.name ? field.name : `${expression(field)} AS ${field.name}`;
  const [first] = fields;
  // Without a usable header the drops' first line is read as a row.
  const where = isText(contract) ? `\nWHERE ${first!.name} <> '${first!.column.replaceAll("'", "''")}'` : '';
  const list = (columns: readonly string[], indent: string) =>
    columns.map((column) => `${indent}${column}`).join(',\n');
  if (key.length === 0) return `SELECT\n${list(fields.map(named), '  ')}\nFROM ${INPUT}${where}\n`;
  const time = fields.find(({ name }) => name === actualTime);
  const latest = [...(time ? [`${expression(time)} DESC`] : []), '_file DESC'].join(', ');
  const keys = fields
    .filter(({ name }) => key.includes(name))
    .map(expression)
    .join(', ');
  const rank = `rank() OVER (PARTITION BY ${keys} ORDER BY ${latest}) AS _rank`;
  return `-- Corrections land as new drops: of rows with the same key the latest counts, of equally late ones that of the last drop.
SELECT
${list(
  fields.map(({ name }) => name),
  '  ',
)}
FROM (
  SELECT
${list([...fields.map(named), rank], '    ')}
  FROM ${INPUT}${where.replace('\n', '\n  ')}
) AS ranked
WHERE _rank = 1
`;
}

function casesFile({ port }: NewProduct, { sample }: FileProfile, { fields }: InferredContract): string {
  const rows = sample.map((row, index) => {
    const cells = fields.flatMap((field) => {
      const value =
        field.classification === 'personal' ? madeUp(field, index) : toYaml(field.type, row[field.column] ?? null);
      return value === undefined ? [] : [`${field.name}: ${value}`];
    });
    return `      - { ${cells.join(', ')} }`;
  });
  return `- case: what lands is published as it is\n  given:\n    ${INPUT}:\n${rows.join('\n')}\n  expect:\n    ${port}:\n${rows.join('\n')}\n`;
}

/** Whether every column of the drops is read as text, because their header names can't be those of fields. */
function isText({ isRenamed }: InferredContract): boolean {
  return isRenamed;
}

function outputField(field: InferredField, hasEntities: boolean): string {
  const { type, required, unique, min, max, oneOf, classification, entity } = field;
  return [
    build(type, describe(field)),
    required && '.required()',
    unique && '.unique()',
    min !== undefined && `.min(${min})`,
    max !== undefined && `.max(${max})`,
    oneOf && `.oneOf(${oneOf.map(quote).join(', ')})`,
    classification !== 'internal' && `.classified(${quote(classification)})`,
    hasEntities && entity !== undefined && `.identifies(${entity})`,
  ]
    .filter(Boolean)
    .join('');
}

function build(type: FieldType, description: string): string {
  switch (type.kind) {
    case 'decimal':
      return `field.decimal(${type.precision}, ${type.scale}, ${quote(description)})`;
    case 'list':
      return `field.list(${build(type.of, 'One of them')}, ${quote(description)})`;
    case 'map':
      return `field.map(${build(type.key, 'Key')}, ${build(type.value, 'Value')}, ${quote(description)})`;
    case 'struct': {
      const fields = Object.entries(type.fields).map(
        ([name, of]) => `${/^[a-z_$][\w$]*$/i.test(name) ? name : quote(name)}: ${build(of, capital(name))}`,
      );
      return `field.struct({ ${fields.join(', ')} }, ${quote(description)})`;
    }
    default:
      return `field.${type.kind}(${quote(description)})`;
  }
}

/** A beginning that says to go on; only the owner knows what it means. */
function describe({ column }: InferredField): string {
  return capital(column.replaceAll(/[_\s]+/g, ' ').trim());
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function madeUp({ name, type, required }: InferredField, index: number): string | undefined {
  if (type.kind === 'date') return '1990-01-01';
  if (type.kind !== 'string') return required ? String(index + 1) : undefined;
  if (/mail/.test(name)) return `somebody${index + 1}@example.com`;
  return /phone|mobile|tel|fax/.test(name) ? `"+31 20 000 000${index + 1}"` : `Somebody ${index + 1}`;
}

function toYaml(type: FieldType, value: string | null): string | undefined {
  if (value === null || type.kind === 'list' || type.kind === 'struct' || type.kind === 'map' || type.kind === 'binary')
    return undefined;
  return type.kind === 'string' ? JSON.stringify(value) : value;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`;
}

/** A contract as lines for a table: field, type, promises. */
export function contractRows({ fields, key }: InferredContract): string[][] {
  return fields.map((field) => {
    const { name, type, required, unique, min, max, oneOf, classification, entity } = field;
    const promises = [
      key.includes(name) && 'key',
      required && 'required',
      unique && 'unique',
      min !== undefined && `≥ ${min}`,
      max !== undefined && `≤ ${max}`,
      oneOf && `one of ${oneOf.join(', ')}`,
      entity !== undefined && `identifies ${entity}`,
    ];
    return [
      name,
      describeType(type),
      promises.filter(Boolean).join(', '),
      classification,
      field.column === name ? '' : `was \`${field.column}\``,
    ];
  });
}
