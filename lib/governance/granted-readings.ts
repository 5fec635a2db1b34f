import type { Problem } from '../model/mesh-error.ts';
import { findOutput, type OutputModel, type ProductModel } from '../model/mesh-model.ts';
import { type ProductId, RECORDED_AT, teamPrincipal } from '../model/names.ts';
import { decideAccess } from './access.ts';
import { toRowFilter } from './row-filter.ts';

/** Who reads: a team's people, or the run of a product that has the port as an input. */
export type Reader =
  | { readonly kind: 'team'; readonly team: string }
  | { readonly kind: 'product'; readonly product: ProductId };

/** What one reader may read of one port, in a form that can be enforced where the data is. */
export interface GrantedReading {
  readonly reader: Reader;
  readonly port: string;
  readonly table: string;
  /** Every column of the table when undefined, columns of later versions included. */
  readonly columns?: readonly string[];
  /** A condition that Lake Formation takes; undefined: every row. */
  readonly rows?: string;
}

export interface GrantedReadings {
  readonly readings: readonly GrantedReading[];
  /** Grants that can't be enforced where the data is; the readings show less then, never more. */
  readonly problems: readonly Problem[];
}

/**
 * What each team and each consumer of a product may read of it now. The owner is not among them: it reads everything.
 *
 * A team's people state no purpose to Athena, so what they see is what all their grants in force show together. A draft
 * is read by products only, and what is retired by its owner only.
 *
 * @param consumers registered products; those that read nothing of it do not matter.
 */
export function grantedReadings(product: ProductModel, consumers: readonly ProductModel[], now: Date): GrantedReadings {
  const readings: GrantedReading[] = [];
  const problems: Problem[] = [];
  for (const port of product.outputs) {
    const decide = (reader: Reader, team: string, purpose?: string) => {
      const found = readingOf({ product, port, reader, team, purpose, now });
      if (found.reading) readings.push(found.reading);
      for (const problem of found.problems) {
        if (!problems.some(({ message }) => message === problem.message)) problems.push(problem);
      }
    };
    if (product.status === 'retired') continue;
    const teams = product.status === 'draft' ? [] : port.grants.map(({ to }) => to);
    for (const team of new Set(teams)) decide({ kind: 'team', team }, team);
    for (const consumer of consumers) {
      if (consumer.status === 'retired' || consumer.id === product.id) continue;
      const reads = consumer.inputs.filter(
        (input) => input.kind === 'port' && input.product === product.id && input.port === port.name,
      );
      for (const { purpose } of reads.flatMap((input) => (input.kind === 'port' ? [input] : []))) {
        decide({ kind: 'product', product: consumer.id }, consumer.owner.team, purpose);
      }
    }
  }
  return { readings: mergeReadings(readings, product), problems };
}

interface Question {
  readonly product: ProductModel;
  readonly port: OutputModel;
  readonly reader: Reader;
  readonly team: string;
  /** @default any that is granted */
  readonly purpose?: string;
  readonly now: Date;
}

const ANY_PURPOSE = '*';

function readingOf(question: Question): { reading?: GrantedReading; problems: Problem[] } {
  const { product, port, reader, team, purpose, now } = question;
  const grants = port.grants.map((grant) => ({
    ...grant,
    product: product.id,
    port: port.name,
    purpose: purpose === undefined ? ANY_PURPOSE : grant.purpose,
  }));
  const access = decideAccess({
    product,
    port,
    grants,
    principal: teamPrincipal(team),
    purpose: purpose ?? ANY_PURPOSE,
    now,
  });
  if (!access.allowed) return { problems: [] };
  const isOwner = team === product.owner.team;
  if (isOwner && reader.kind === 'team') return { problems: [] };
  const { filter, problems } = filterOf(access.rows, question);
  if (access.masked.length > 0) problems.push(overlapping(question, access.masked[0]!.column));
  if (problems.some(({ code }) => code === 'unsupported-row-filter') || access.columns.length === 0) {
    return { problems };
  }
  const isWhole = access.columns.length === port.fields.length;
  const columns = isWhole ? undefined : [...access.columns, RECORDED_AT];
  const reading = { reader, port: port.name, table: port.table, ...(columns && { columns }) };
  return { reading: { ...reading, ...(filter !== undefined && { rows: filter }) }, problems };
}

function filterOf(rows: readonly string[] | undefined, { product, port }: Question) {
  const problems: Problem[] = [];
  const filters: string[] = [];
  for (const condition of rows ?? []) {
    const found = toRowFilter(condition, port.fields);
    if ('filter' in found) filters.push(found.filter);
    else {
      problems.push({
        code: 'unsupported-row-filter',
        message: `Lake Formation can't filter rows by \`${condition}\`: ${found.unsupported}`,
        where: { product: product.id, port: port.name },
        fix: 'compute a boolean field and grant the rows in which it is true',
      });
    }
  }
  if (filters.length === 0) return { problems };
  return { filter: filters.length === 1 ? filters[0] : filters.map((each) => `(${each})`).join(' OR '), problems };
}

function overlapping({ product, port, team }: Question, column: string): Problem {
  return {
    code: 'overlapping-grants',
    message: `grants to \`${team}\` show \`${column}\` only in some of the rows they show together, which Lake Formation can't enforce safely`,
    where: { product: product.id, port: port.name },
    fix: 'give these grants the same columns or the same rows, or publish a port of its own for one of them',
  };
}

/** A product that reads a port by two inputs, for two purposes, has one role: it sees what both show, or less. */
function mergeReadings(readings: readonly GrantedReading[], product: ProductModel): GrantedReading[] {
  const merged = new Map<string, GrantedReading>();
  for (const reading of readings) {
    const key = JSON.stringify([reading.reader, reading.port]);
    const other = merged.get(key);
    merged.set(key, other ? intersectColumns(other, reading, product) : reading);
  }
  return [...merged.values()];
}

function intersectColumns(one: GrantedReading, other: GrantedReading, product: ProductModel): GrantedReading {
  const { reader, port, table } = one;
  const all = [...findOutput(product, port)!.fields.map(({ name }) => name), RECORDED_AT];
  const sameRows = one.rows === other.rows;
  const columns = all.filter((name) => {
    const [inOne, inOther] = [one.columns?.includes(name) ?? true, other.columns?.includes(name) ?? true];
    // Of the same rows all that either shows; of different rows only what both show.
    return sameRows ? inOne || inOther : inOne && inOther;
  });
  const rows =
    one.rows === undefined || other.rows === undefined
      ? undefined
      : sameRows
        ? one.rows
        : `(${one.rows}) OR (${other.rows})`;
  return {
    reader,
    port,
    table,
    ...(columns.length < all.length && { columns }),
    ...(rows !== undefined && { rows }),
  };
}
