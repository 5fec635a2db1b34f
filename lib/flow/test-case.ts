import { isDeepStrictEqual } from 'node:util';
import { FIELD_DEFAULTS } from '../model/field.ts';
import type { FieldType } from '../model/field-type.ts';
import {
  type FieldModel,
  findInputFields,
  type InputModel,
  type MeshModel,
  type ProductModel,
  type SourceInputModel,
} from '../model/mesh-model.ts';
import { RECORDED_AT, SOURCE_FILE } from '../model/names.ts';
import { SOURCE_DEFAULTS } from '../model/resolve/resolve-product.ts';
import type { Finding } from '../ports/finding.ts';
import type { Ports } from '../ports/ports.ts';
import type { SourceFile } from '../ports/publication.ts';
import type { Binding, DataRow } from '../ports/warehouse.ts';
import type { Plan } from './consume.ts';
import { transform } from './transform.ts';
import { verify } from './verify.ts';

/** Given these rows, expect those: one entry of a product's `cases.yaml`. */
export interface TestCase {
  readonly case: string;
  readonly given: { readonly [input: string]: readonly DataRow[] };
  readonly expect?: { readonly [port: string]: readonly DataRow[] };
  /** Rules that break; when absent no rule of severity `error` may. */
  readonly findings?: readonly { readonly port: string; readonly rule: string; readonly count?: number }[];
}

/** Where a case and its result differ; none when it holds. */
export interface CaseResult {
  readonly case: string;
  readonly differences: readonly string[];
}

/** Puts rows where the target finds operational drops, as one NDJSON file. */
export type Land = (input: string, rows: readonly DataRow[]) => Promise<SourceFile>;

/** Runs a product's own transformation and rules on a case's rows, on the real engine. */
export async function testCase(
  ports: Ports,
  model: MeshModel,
  product: ProductModel,
  given: TestCase,
  land: Land,
): Promise<CaseResult> {
  const unknown = Object.keys(given.given).filter((name) => !product.inputs.some((input) => input.name === name));
  const noPort = Object.keys(given.expect ?? {}).filter(
    (name) => !product.outputs.some((output) => output.name === name),
  );
  const wrong = [
    ...unknown.map((name) => `\`${name}\` is no input`),
    ...noPort.map((name) => `\`${name}\` is no output port`),
  ];
  if (wrong.length > 0) return { case: given.case, differences: wrong };
  const runId = 'case';
  const bindings: Binding[] = [];
  for (const input of product.inputs) {
    const rows = given.given[input.name] ?? [];
    const fields = findInputFields(model, input)!;
    const strange = rows.flatMap((row) => Object.keys(row)).find((name) => !readable(fields).includes(name));
    if (strange !== undefined)
      return { case: given.case, differences: [`input \`${input.name}\` has no field \`${strange}\``] };
    bindings.push({
      kind: 'source',
      name: input.name,
      input: asSource(input, fields),
      files: [await land(input.name, rows)],
    });
  }
  const now = ports.clock.now().toISOString();
  const plan: Plan = {
    kind: 'run',
    productFingerprint: '',
    fingerprint: '',
    publicationId: runId,
    recordedAt: now,
    sequence: 0,
    pins: {},
    bindings,
    before: {},
  };
  try {
    const staged = await transform(ports, product, plan, runId);
    const findings = await verify(ports, product, plan, staged, runId);
    const differences = compareFindings(given, findings);
    for (const [port, expected] of Object.entries(given.expect ?? {})) {
      const output = product.outputs.find(({ name }) => name === port)!;
      const { snapshot } = staged.find((each) => each.port === port)!;
      const { database } = product;
      const { table, fields } = output;
      const binding = { kind: 'port', name: port, database, table, snapshot, fields } as const;
      const rows: DataRow[] = [];
      for await (const row of ports.warehouse.readRows(binding)) rows.push(row);
      differences.push(...compareRows(port, output.fields, expected, rows));
    }
    return { case: given.case, differences };
  } finally {
    await ports.warehouse.discard(runId, product);
  }
}

const readable = (fields: readonly FieldModel[]) => [...fields.map(({ name }) => name), RECORDED_AT, SOURCE_FILE];

/** Every input of a case is a drop, whatever it is in the mesh; a port's system column is given like a field. */
function asSource(input: InputModel, fields: readonly FieldModel[]): SourceInputModel {
  const recordedAt = { ...FIELD_DEFAULTS, name: RECORDED_AT, type: { kind: 'timestamp' }, description: '' } as const;
  const all = input.kind === 'port' ? [...fields, recordedAt] : fields;
  const { name } = input;
  return {
    kind: 'source',
    name,
    description: '',
    path: name,
    format: 'ndjson',
    fields: all,
    read: 'all',
    ...SOURCE_DEFAULTS,
  };
}

function compareFindings(given: TestCase, findings: readonly Finding[]): string[] {
  const expected = given.findings ?? [];
  const differences = expected.flatMap(({ port, rule, count }) => {
    const found = findings.find((finding) => finding.port === port && finding.rule === rule);
    if (!found) return [`rule \`${rule}\` of \`${port}\` was expected to break and holds`];
    return count === undefined || found.count === count
      ? []
      : [`rule \`${rule}\` of \`${port}\` breaks ${found.count} times, expected ${count}`];
  });
  for (const { severity, port, rule, message } of findings) {
    if (severity === 'error' && !expected.some((each) => each.port === port && each.rule === rule)) {
      differences.push(`rule \`${rule}\` of \`${port}\` breaks: ${message}`);
    }
  }
  return differences;
}

function compareRows(
  port: string,
  fields: readonly FieldModel[],
  expected: readonly DataRow[],
  rows: readonly DataRow[],
): string[] {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const names = [...new Set(expected.flatMap((row) => Object.keys(row)))];
  const strange = names.find((name) => !types.has(name));
  if (strange !== undefined) return [`port \`${port}\` has no field \`${strange}\``];
  const show = (row: DataRow, of: readonly string[]) =>
    `{ ${of.map((name) => `${name}: ${showValue(row[name])}`).join(', ')} }`;
  const left = [...rows];
  const differences: string[] = [];
  for (const row of expected) {
    const own = Object.keys(row);
    const at = left.findIndex((made) => own.every((name) => same(row[name], made[name], types.get(name)!)));
    if (at === -1) differences.push(`port \`${port}\` lacks ${show(row, own)}`);
    else left.splice(at, 1);
  }
  for (const row of left)
    differences.push(
      `port \`${port}\` has ${show(row, names.length > 0 ? names : [...types.keys()])}, which was not expected`,
    );
  return differences;
}

function same(expected: unknown, made: unknown, type: FieldType): boolean {
  if (expected === null || expected === undefined || made === null) return (expected ?? null) === made;
  switch (type.kind) {
    case 'int':
    case 'long':
      return String(expected) === String(made);
    case 'double':
      return Math.abs(Number(expected) - Number(made)) <= 1e-9 * Math.max(1, Math.abs(Number(made)));
    case 'decimal':
      return Number(expected) === Number(made);
    case 'timestamp':
      return (
        Date.parse(`${String(expected).replace(' ', 'T').replace('Z', '')}Z`) ===
        Date.parse(`${String(made).replace(' ', 'T')}Z`)
      );
    case 'list':
    case 'struct':
    case 'map':
      return isDeepStrictEqual(comparable(expected), comparable(made));
    default:
      return String(expected) === String(made);
  }
}

function comparable(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, held]) => [String(key), comparable(held)]));
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, comparable(held)]));
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
}

function showValue(value: unknown): string {
  return typeof value === 'bigint'
    ? String(value)
    : value instanceof Map
      ? JSON.stringify(comparable(value))
      : JSON.stringify(value ?? null);
}
