import type { EntityDeclaration } from '../../model/define-entity.ts';
import type { Classification } from '../../model/field.ts';
import type { FieldType } from '../../model/field-type.ts';
import { RECORDED_AT, SNAKE_NAME, SOURCE_FILE } from '../../model/names.ts';
import { RESERVED_WORDS } from '../../model/resolve/reserved-words.ts';
import type { ColumnProfile, FileProfile } from './profile-file.ts';

/** A contract as a file suggests it; its owner knows better. */
export interface InferredContract {
  readonly fields: readonly InferredField[];
  readonly key: readonly string[];
  readonly mode: 'upsert' | 'append';
  readonly actualTime?: string;
  /** Whether columns have other names in the file than in the contract. */
  readonly isRenamed: boolean;
}

export interface InferredField {
  readonly name: string;
  /** As the file calls it. */
  readonly column: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly unique: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  readonly classification: Classification;
  readonly entity?: string;
}

/** Letters that have no base letter in Unicode's decomposition. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l' };
/** Fewer rows say nothing about what values there may be. */
const TELLING_ROWS = 20;
const MOST_PAIRS = 30;
/** Names of what tells things apart; of other columns it may be chance that no value comes twice. */
const ID = /(^|_)(id|key|code|uuid|sku|iata|iso|isbn|iban|number|e_?mail)$/;
const TIMES =
  /(^|_)(updated|changed|modified|occurred|happened|event|recorded|created|at|on|time|timestamp|date|day)(_|$)/;
const BEST_TIMES = [
  'updated_at',
  'changed_at',
  'modified_at',
  'occurred_at',
  'event_time',
  'timestamp',
  'at',
  'date',
  'day',
];
const PERSON_NAME =
  /^((first|last|full|given|family|middle|maiden|sur|nick|user|customer|contact|person|employee|patient|member|guest|passenger)_?name|surname|forename)$/;
const PERSONAL =
  /(^|_)(e_?mail|phone|mobile|telephone|fax|address|street|birth(day|date)?|dob|ssn|passport|iban|ip)(_|$)|^date_of_birth$/;
const SHARE_OF_LOOKS = 0.8;

/** Infers types, promises, key, actual time and classification from what the values show. */
export async function inferContract(
  profile: FileProfile,
  entities: readonly EntityDeclaration[],
): Promise<InferredContract> {
  const names = fieldNames(profile.columns.map(({ name }) => name));
  const hasPerson = profile.columns.some(
    (column) => column.emails > SHARE_OF_LOOKS || PERSONAL.test(column.name.toLowerCase()),
  );
  const key = await inferKey(profile, names);
  const fields = profile.columns.map((column, index): InferredField => {
    const name = names[index]!;
    const required = column.nulls === 0;
    const isKey = ID.test(name);
    const entity = entities.find((each) => each.key === name)?.name;
    return {
      name,
      column: column.name,
      type: column.type,
      required,
      unique: isKey && inferUnique(column, profile.rows) && !(key.length === 1 && key[0] === name),
      ...(isKey ? {} : inferRange(column)),
      oneOf: inferChoice(column, profile.rows),
      classification: classify(column, name, hasPerson),
      entity,
    };
  });
  const isRenamed = fields.some(({ name, column }) => name !== column);
  return { fields, key, mode: key.length > 0 ? 'upsert' : 'append', actualTime: inferTime(fields), isRenamed };
}

/** Names that Athena takes: snake_case, no reserved word, none twice. */
export function fieldNames(columns: readonly string[]): string[] {
  const taken = new Set<string>([RECORDED_AT, SOURCE_FILE]);
  return columns.map((column, index) => {
    const snake = column
      .replace(/[ßøæœł]/gi, (letter) => LETTERS[letter.toLowerCase()]!)
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '');
    const valid = SNAKE_NAME.test(snake) ? snake : snake === '' ? `column_${index + 1}` : `c_${snake}`;
    let name = RESERVED_WORDS.has(valid) ? `${valid}_value` : valid;
    for (let next = 2; taken.has(name); next += 1) name = `${valid}_${next}`;
    taken.add(name);
    return name;
  });
}

async function inferKey({ columns, rows, isUnique }: FileProfile, names: readonly string[]): Promise<string[]> {
  const named = columns.map((column, index) => ({ ...column, field: names[index]! }));
  const candidates = named.filter(
    ({ nulls, type }) => nulls === 0 && ['string', 'int', 'long', 'date', 'timestamp'].includes(type.kind),
  );
  const isId = (field: string) => ID.test(field) && !/mail$/.test(field);
  const single = candidates.filter(({ distinct }) => distinct === rows);
  const found =
    single.find(({ field }) => isId(field)) ??
    single.find(({ type }) => type.kind === 'string' || type.kind === 'long');
  // Among few rows every column tells them apart; then only a name says which one is meant to.
  if (found && (isId(found.field) || rows >= TELLING_ROWS)) return [found.field];
  const pairs = candidates
    .flatMap((a, at) => candidates.slice(at + 1).map((b) => [a, b] as const))
    .filter(([a, b]) => (isId(a.field) || isId(b.field)) && a.distinct * b.distinct >= rows)
    .slice(0, MOST_PAIRS);
  if (rows < TELLING_ROWS) return [];
  for (const [a, b] of pairs) if (await isUnique([a.name, b.name])) return [a.field, b.field];
  return [];
}

function inferUnique({ distinct, nulls, type }: ColumnProfile, rows: number): boolean {
  return (
    rows >= TELLING_ROWS &&
    distinct === rows - nulls &&
    distinct >= TELLING_ROWS &&
    (type.kind === 'string' || type.kind === 'long')
  );
}

/** Bounds that have a meaning: nothing below zero, shares, coordinates. What was just not seen is no promise. */
function inferRange({ name, type, min, max }: ColumnProfile): { min?: number; max?: number } {
  if (!['int', 'long', 'double', 'decimal'].includes(type.kind) || min === undefined || max === undefined) return {};
  const [low, high] = [Number(min), Number(max)];
  if (/^lat(itude)?$/i.test(name) && low >= -90 && high <= 90) return { min: -90, max: 90 };
  if (/^(lon|lng)(gitude)?$/i.test(name) && low >= -180 && high <= 180) return { min: -180, max: 180 };
  if (low < 0) return {};
  const isShare = /(share|rate|ratio|probability)/i.test(name) && high <= 1;
  return isShare ? { min: 0, max: 1 } : { min: 0 };
}

function inferChoice({ type, values, distinct }: ColumnProfile, rows: number): readonly string[] | undefined {
  if (type.kind !== 'string' || values === undefined || values.some((value) => value.length > 40)) return undefined;
  return rows >= TELLING_ROWS && rows >= distinct * 5 ? values : undefined;
}

function classify({ emails, phones, type }: ColumnProfile, name: string, hasPerson: boolean): Classification {
  if (emails > SHARE_OF_LOOKS || PERSON_NAME.test(name) || PERSONAL.test(name)) return 'personal';
  if (phones > SHARE_OF_LOOKS && type.kind === 'string' && /(phone|tel|mobile|contact)/.test(name)) return 'personal';
  return name === 'name' && hasPerson ? 'personal' : 'internal';
}

function inferTime(fields: readonly InferredField[]): string | undefined {
  const times = fields.filter(({ type, required }) => required && (type.kind === 'timestamp' || type.kind === 'date'));
  const best = BEST_TIMES.map((name) => times.find((field) => field.name === name)).find(Boolean);
  const isBirth = ({ name }: InferredField) => name.includes('birth');
  return (
    best ??
    times.find((field) => TIMES.test(field.name) && !isBirth(field)) ??
    times.find((field) => !isBirth(field))
  )?.name;
}
