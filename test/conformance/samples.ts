import { defineProduct, type ProductDeclaration } from '../../lib/model/define-product.ts';
import { days } from '../../lib/model/duration.ts';
import { field } from '../../lib/model/field.ts';
import { type Grant, grant } from '../../lib/model/grant.ts';
import { source } from '../../lib/model/input.ts';
import type { ProductModel, SourceInputModel } from '../../lib/model/mesh-model.ts';
import { output, type PublishMode } from '../../lib/model/output.ts';
import { loadInline } from '../../lib/model/resolve/loaded-mesh.ts';
import { resolveProduct } from '../../lib/model/resolve/resolve-product.ts';
import { code, sql } from '../../lib/model/transform.ts';
import type { Publication } from '../../lib/ports/publication.ts';

const scanFields = { id: field.string('Id').required(), amount: field.long('Amount'), at: field.timestamp('When') };

export interface SampleOptions {
  readonly name?: string;
  readonly mode?: PublishMode;
  readonly grants?: readonly Grant[];
  readonly path?: string;
  readonly format?: SourceInputModel['format'];
  readonly statement?: string;
  readonly retentionDays?: number;
}

/** `logistics/scans` reads the drops `scans` and has one port, `scans` (id, amount, at), keyed by `id`. */
export function sampleProduct(options: SampleOptions = {}): ProductModel {
  const { name = 'scans', mode = 'append', grants = [], path = 'logistics/scans', format = 'csv' } = options;
  const retention = options.retentionDays === undefined ? undefined : days(options.retentionDays);
  const statement = options.statement ?? 'SELECT id, amount, at FROM scans';
  const declaration = defineProduct({
    domain: 'logistics',
    name,
    version: '1.0.0',
    archetype: 'source-aligned',
    purpose: 'What was scanned',
    owner: { team: 'logistics', contact: 'logistics@opetence.example' },
    inputs: { scans: source({ description: 'Scans', path, format, fields: scanFields }) },
    outputs: {
      scans: output({
        description: 'Scans',
        fields: scanFields,
        key: ['id'],
        mode,
        actualTime: 'at',
        retention,
        grants,
      }),
    },
    transform: sql({ statements: { scans: statement } }),
  } satisfies ProductDeclaration);
  return resolveProduct('opetence', loadInline(declaration), {
    steps: [],
    statements: [{ name: 'scans', text: statement, reads: ['scans'] }],
    lineage: {},
  });
}

/** The source of the sample product. */
export function sampleSource(options: SampleOptions = {}): SourceInputModel {
  return sampleProduct(options).inputs[0] as SourceInputModel;
}

/** A publication of the sample product; `number` names it and orders its time. */
export function samplePublication(number: number, change: Partial<Publication> = {}): Publication {
  return {
    product: 'logistics/scans',
    publicationId: `publication-${number}`,
    version: '1.0.0',
    fingerprint: 'fingerprint',
    runId: `run-${number}`,
    recordedAt: timeOf(number),
    inputs: {},
    outputs: {
      scans: { rows: number, bytes: 10 * number, columns: ['id', 'amount', 'at'], snapshot: [`scans-${number}`] },
    },
    ...change,
  };
}

/** Noon of a day in 2026, so many seconds later, with microseconds. */
export function timeOf(number: number): string {
  return new Date(Date.parse('2026-01-31T12:00:00Z') + number * 1000).toISOString().replace('Z', '123Z');
}

export const marketingGrant = grant({ to: 'marketing', purpose: 'campaign-planning', columns: ['id'] });
export const financeGrant = grant({ to: 'finances', purpose: 'audit', rows: 'amount > 10', until: '2027-01-01' });

/** `logistics/types` has one port, `every`, with a field of every type. */
export function everyTypeProduct(): ProductModel {
  const fields = {
    id: field.string('Id').required(),
    an_int: field.int('Int'),
    a_long: field.long('Long'),
    a_double: field.double('Double'),
    a_decimal: field.decimal(38, 10, 'Decimal'),
    a_boolean: field.boolean('Boolean'),
    a_date: field.date('Date'),
    a_timestamp: field.timestamp('Timestamp'),
    a_binary: field.binary('Binary'),
    a_list: field.list(field.long(''), 'List'),
    a_struct: field.struct({ name: field.string(''), size: field.int('') }, 'Struct'),
    a_map: field.map(field.string(''), field.double(''), 'Map'),
  };
  const declaration = defineProduct({
    domain: 'logistics',
    name: 'types',
    version: '1.0.0',
    archetype: 'aggregate',
    purpose: 'Every type',
    owner: { team: 'logistics', contact: 'logistics@opetence.example' },
    inputs: {},
    outputs: { every: output({ description: 'Every type', fields, key: ['id'], mode: 'replace' }) },
    transform: code('transform.ts'),
  } satisfies ProductDeclaration);
  const loaded = { ...loadInline(declaration), code: { file: 'transform.ts', hash: 'hash' } };
  return resolveProduct('opetence', loaded, { steps: [], statements: [], lineage: {} });
}
