import { describeType, type FieldType } from '../model/field-type.ts';
import type { Problem } from '../model/mesh-error.ts';
import type { FieldModel, OutputModel, ProductModel } from '../model/mesh-model.ts';
import { readsColumn } from './reads-column.ts';

/** One difference between two versions of a product's contract. */
export interface Change {
  readonly port: string;
  readonly field?: string;
  /** Whether somebody who relied on the contract before may be wrong now. */
  readonly breaking: boolean;
  readonly message: string;
}

type Versions<Part> = { readonly before: Part; readonly after: Part };

/**
 * What a change of each part of a port means to its readers; a rule says nothing when its part stayed the same.
 *
 * | part | breaking | compatible |
 * |---|---|---|
 * | ports, fields | removed | added |
 * | key, publish mode | changed | |
 * | actual time | changed, removed | stated for the first time |
 * | retention | | any: it was never promised for ever |
 * | quality rules, service levels, terms, grants | | any: they say how well, to whom, not what |
 */
const PORT_RULES: readonly ((versions: Versions<OutputModel>) => Omit<Change, 'port'> | undefined)[] = [
  ({ before, after }) => changed('its key', list(before.key), list(after.key), true),
  ({ before, after }) => changed('its publish mode', before.mode, after.mode, true),
  ({ before, after }) =>
    changed('its actual time', before.actualTime, after.actualTime, before.actualTime !== undefined),
  ({ before, after }) => changed('its retention', before.retentionSeconds, after.retentionSeconds, false),
];

/**
 * | part of a field | breaking | compatible |
 * |---|---|---|
 * | type | any other change | widening: int to long, a decimal with more digits before its point |
 * | required | becomes nullable | becomes required |
 * | unique | not unique any longer | becomes unique |
 * | unit, entity | changed, removed: the same number means something else | stated for the first time |
 * | allowed values | added or no longer listed: readers branch on them | removed, listed for the first time |
 * | bounds, lengths, pattern | | any: they describe values, readers seldom rely on them |
 * | classification | | any: it says who may read, and grants say that |
 */
const FIELD_RULES: readonly ((versions: Versions<FieldModel>) => Omit<Change, 'port'> | undefined)[] = [
  ({ before, after }) =>
    changed('its type', describeType(before.type), describeType(after.type), !widens(before.type, after.type)),
  ({ before, after }) => changed('whether it is required', before.required, after.required, before.required),
  ({ before, after }) => changed('whether it is unique', before.unique, after.unique, before.unique),
  ({ before, after }) => changed('its unit', before.unit, after.unit, before.unit !== undefined),
  ({ before, after }) => changed('its entity', before.entity, after.entity, before.entity !== undefined),
  ({ before, after }) =>
    changed('its allowed values', list(before.oneOf), list(after.oneOf), allowsMore(before.oneOf, after.oneOf)),
  ({ before, after }) => changed('its classification', before.classification, after.classification, false),
];

/** Every difference between two contracts of one product, breaking or not. */
export function compareContracts(before: ProductModel, after: ProductModel): Change[] {
  const added = after.outputs.filter(({ name }) => !named(before.outputs, name));
  return [
    ...before.outputs.flatMap((port): Change[] => {
      const next = named(after.outputs, port.name);
      return next ? comparePorts({ before: port, after: next }) : [removed(port.name)];
    }),
    ...added.map(({ name }): Change => ({ port: name, breaking: false, message: `port \`${name}\` is added` })),
  ];
}

/**
 * Whether a contract may take another's place. A breaking change needs a higher major version, and nobody who reads
 * what it breaks: those move to a product beside it, in their own time.
 *
 * @param consumers registered products; those that read nothing of it, or are retired, do not matter.
 */
export function checkCompatibility(
  before: ProductModel,
  after: ProductModel,
  consumers: readonly ProductModel[],
): Problem[] {
  const isMajor = majorOf(after.version) > majorOf(before.version);
  const next = majorOf(before.version) + 1;
  const sibling = `${after.name.replace(/-v\d+$/, '')}-v${next}`;
  const beside = `declare it beside the old one as \`${sibling}\` (version ${next}.0.0) and retire this one when its consumers have moved`;
  return compareContracts(before, after)
    .filter(({ breaking }) => breaking)
    .flatMap((change): Problem[] => {
      const readers = findReaders(before, change, consumers);
      if (isMajor && readers.length === 0) return [];
      const where = { product: after.id, port: change.port, field: change.field };
      const message = `breaking: ${change.message}${readers.length > 0 ? `; ${readers.join(', ')}` : ''}`;
      const inPlace = `undo it, or give the product version ${next}.0.0 (it is ${after.version})`;
      return [{ code: 'breaking-change', message, where, fix: readers.length > 0 ? `undo it, or ${beside}` : inPlace }];
    });
}

/** Who reads what a change breaks: `` marketing/roi reads `orders.customer_id` ``. */
function findReaders(product: ProductModel, { port, field }: Change, consumers: readonly ProductModel[]): string[] {
  const subject = field === undefined ? port : `${port}.${field}`;
  return consumers
    .filter(({ id, status }) => id !== product.id && status !== 'retired')
    .filter((consumer) =>
      consumer.inputs.some(
        (input) =>
          input.kind === 'port' &&
          input.product === product.id &&
          input.port === port &&
          (field === undefined || readsColumn(consumer, input.name, field)),
      ),
    )
    .map(({ id }) => `${id} reads \`${subject}\``)
    .sort();
}

function comparePorts(versions: Versions<OutputModel>): Change[] {
  const { before, after } = versions;
  const port = before.name;
  const added = after.fields.filter(({ name }) => !named(before.fields, name));
  return [
    ...findings(PORT_RULES, versions).map((change) => ({ port, ...change })),
    ...before.fields.flatMap((field): Change[] => {
      const next = named(after.fields, field.name);
      if (!next) return [removed(port, field.name)];
      const changes = findings(FIELD_RULES, { before: field, after: next });
      return changes.map((change) => ({ port, field: field.name, ...change }));
    }),
    ...added.map(({ name }): Change => ({ port, field: name, breaking: false, message: `field \`${name}\` is added` })),
  ];
}

function findings<Part extends { readonly name: string }>(
  rules: readonly ((versions: Versions<Part>) => Omit<Change, 'port'> | undefined)[],
  versions: Versions<Part>,
): Omit<Change, 'port'>[] {
  return rules.flatMap((rule) => {
    const found = rule(versions);
    return found ? [{ ...found, message: `\`${versions.before.name}\`: ${found.message}` }] : [];
  });
}

function changed(part: string, before: unknown, after: unknown, breaking: boolean): Omit<Change, 'port'> | undefined {
  if (before === after) return undefined;
  return { breaking, message: `${part} changes from ${before ?? 'none'} to ${after ?? 'none'}` };
}

function removed(port: string, field?: string): Change {
  const what = field === undefined ? `port \`${port}\`` : `field \`${field}\``;
  return { port, field, breaking: true, message: `${what} is removed` };
}

/** Whether old readers can read the new type, and a table can take it on without being written anew. */
function widens(before: FieldType, after: FieldType): boolean {
  if (before.kind === 'int' && after.kind === 'long') return true;
  if (before.kind === 'decimal') {
    return after.kind === 'decimal' && after.scale === before.scale && after.precision >= before.precision;
  }
  if (before.kind === 'list') return after.kind === 'list' && widens(before.of, after.of);
  if (before.kind === 'map') {
    // A map's keys keep their type: they are how a value is found.
    return (
      after.kind === 'map' && describeType(before.key) === describeType(after.key) && widens(before.value, after.value)
    );
  }
  if (before.kind !== 'struct') return before.kind === after.kind;
  const had = Object.entries(before.fields);
  return (
    after.kind === 'struct' &&
    Object.keys(after.fields).join() === had.map(([name]) => name).join() &&
    had.every(([name, type]) => widens(type, after.fields[name]!))
  );
}

function allowsMore(before: FieldModel['oneOf'], after: FieldModel['oneOf']): boolean {
  return before !== undefined && (after === undefined || after.some((value) => !before.includes(value)));
}

function list(values: readonly unknown[] | undefined): string | undefined {
  return values && `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

function named<Part extends { readonly name: string }>(parts: readonly Part[], name: string): Part | undefined {
  return parts.find((part) => part.name === name);
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
