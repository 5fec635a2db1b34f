import type { Grant } from '../model/grant.ts';
import type { OutputModel, ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';

/** Somebody who wants to read a port. */
export interface AccessRequest {
  readonly product: ProductModel;
  readonly port: OutputModel;
  /** Grants in force; those of other ports do not matter. */
  readonly grants: readonly (Grant & { readonly product: ProductId; readonly port: string })[];
  /** `team:<name>`. */
  readonly principal: string;
  /** Why it reads; only the owner need not say. */
  readonly purpose?: string;
  readonly now: Date;
}

export type AccessDecision = AccessAllowed | AccessDenied;

/**
 * What may be read. `columns` and `rows` alone are safe to show: `SELECT columns FROM port WHERE rows`. What only some
 * grants show is in `masked`.
 */
export interface AccessAllowed {
  readonly allowed: true;
  readonly purpose: string;
  /** Columns that may be read in every one of these rows, in the contract's order. */
  readonly columns: readonly string[];
  /** Conditions in Athena's SQL of which each readable row fulfils one; undefined: every row. */
  readonly rows?: readonly string[];
  /** Further columns, which may be read only in rows that fulfil one of their own conditions. */
  readonly masked: readonly MaskedColumn[];
}

export interface MaskedColumn {
  readonly column: string;
  readonly rows: readonly string[];
}

export interface AccessDenied {
  readonly allowed: false;
  readonly reason: string;
  readonly fix: string;
}

/** The purpose of a team that reads its own product and states none. */
const OWN_PURPOSE = 'ownership';

const TEAM = /^team:([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/;

/**
 * Decides whether somebody may read a port, and what of it.
 *
 * The owner reads everything. Everybody else needs a grant in force and states its purpose. Several grants for one
 * purpose add up cell by cell: a row is seen when one of them shows it, a column in a row when one of them shows that
 * column there. A column of one grant is never seen in rows that only another one shows.
 */
export function decideAccess({ product, port, grants, principal, purpose, now }: AccessRequest): AccessDecision {
  const team = TEAM.exec(principal)?.[1];
  if (team === undefined) return denied(`\`${principal}\` is no team`, 'say who reads as `team:<name>`');
  const columns = port.fields.map(({ name }) => name);
  if (team === product.owner.team) return { allowed: true, purpose: purpose ?? OWN_PURPOSE, columns, masked: [] };
  const toTeam = grants.filter(
    (grant) => grant.product === product.id && grant.port === port.name && grant.to === team,
  );
  const owner = `\`${product.owner.team}\` (${product.owner.contact})`;
  if (toTeam.length === 0) {
    const wish = `grant({ to: '${team}', purpose: '${purpose ?? '…'}' })`;
    return denied(`${port.uri} is not granted to \`${team}\``, `ask ${owner} for \`${wish}\``);
  }
  const inForce = toTeam.filter(({ until }) => isInForce(until, now));
  if (inForce.length === 0) {
    const last = toTeam
      .map(({ until }) => until ?? '')
      .sort()
      .at(-1);
    return denied(`the grant of ${port.uri} to \`${team}\` ended on ${last}`, `ask ${owner} to renew it`);
  }
  const matching = inForce.filter((grant) => grant.purpose === purpose);
  if (matching.length === 0) {
    const granted = [...new Set(inForce.map((grant) => `\`${grant.purpose}\``))].sort().join(', ');
    const reason =
      purpose === undefined ? 'no purpose is stated' : `${port.uri} is not granted to \`${team}\` for \`${purpose}\``;
    return denied(reason, `state a purpose that is granted (${granted}), or ask ${owner} for another`);
  }
  return { allowed: true, purpose: purpose!, ...combine(columns, matching) };
}

function combine(
  contract: readonly string[],
  grants: readonly Grant[],
): Pick<AccessAllowed, 'columns' | 'rows' | 'masked'> {
  const filters = new Set(grants.map(({ rows }) => rows));
  const rows = filters.has(undefined) ? undefined : ([...filters].sort() as string[]);
  const columns: string[] = [];
  const masked: MaskedColumn[] = [];
  for (const column of contract) {
    const showing = new Set(
      grants.filter((grant) => grant.columns?.includes(column) ?? true).map((grant) => grant.rows),
    );
    if (showing.size === 0) continue;
    if (showing.has(undefined) || showing.size === filters.size) columns.push(column);
    else masked.push({ column, rows: [...showing].sort() as string[] });
  }
  return { columns, ...(rows && { rows }), masked };
}

function isInForce(until: string | undefined, now: Date): boolean {
  return until === undefined || now.toISOString().slice(0, 10) <= until;
}

function denied(reason: string, fix: string): AccessDenied {
  return { allowed: false, reason, fix };
}
