import { randomUUID } from 'node:crypto';
import { decideAccess } from '../governance/access.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { OutputModel, ProductModel } from '../model/mesh-model.ts';
import { teamPrincipal } from '../model/names.ts';
import type { AccessEntry } from '../ports/ledger.ts';
import type { Ports } from '../ports/ports.ts';
import type { Publication } from '../ports/publication.ts';
import type { QueryLimits, QueryResult, QueryTable } from '../ports/warehouse.ts';
import { grantedPart } from './bind-input.ts';

/** Whoever runs the mesh on a machine of their own: reads everything, because the files are theirs anyway. */
const OPERATOR = 'operator';

export const QUERY_DEFAULTS = { maxRows: 1_000, maxSeconds: 60, maxMemoryMb: 2_048 } as const satisfies QueryLimits;

export interface QueryOptions {
  /** One SELECT in Athena's dialect. */
  readonly sql: string;
  /** `team:<name>`, or the operator. @default the operator */
  readonly principal?: string;
  /** Why it is read; needed by whoever is not the owner. */
  readonly purpose?: string;
  /** Reads the mesh as it stood at this processing time (ISO). @default now */
  readonly asOf?: string;
  readonly limits?: Partial<QueryLimits>;
  readonly signal?: AbortSignal;
}

/**
 * Answers somebody's SQL from what they were granted, and notes the reading in the ledger.
 *
 * @throws MeshError `denied` when a table exists but was not granted, `not-found` when it does not.
 */
export async function query(ports: Ports, options: QueryOptions): Promise<QueryResult> {
  const principal = options.principal ?? OPERATOR;
  const { tables, refused } = await readableTables(ports, { ...options, principal });
  if (tables.length === 0 && refused.length === 0) {
    throw new MeshError({
      code: 'nothing-there',
      kind: 'not-found',
      message: 'the mesh has published nothing yet',
      fix: 'run `mesh build`',
    });
  }
  const limits = { ...QUERY_DEFAULTS, ...options.limits };
  const request = { sql: options.sql, tables, limits, signal: options.signal };
  const note = (entry: Pick<AccessEntry, 'product' | 'port' | 'allowed' | 'columns' | 'rows'>) =>
    ports.ledger.record({
      kind: 'access',
      id: randomUUID(),
      at: ports.clock.now().toISOString(),
      principal,
      purpose: options.purpose ?? '',
      ...entry,
    });
  let result: QueryResult;
  try {
    result = await ports.warehouse.query(request);
  } catch (thrown) {
    const hit = findRefused(thrown, refused);
    if (!hit) throw thrown;
    await note({ product: hit.product, port: hit.port, allowed: false, columns: [] });
    const message = `\`${hit.name}\` may not be read: ${hit.reason}`;
    throw new MeshError({ code: 'denied', kind: 'denied', message, fix: hit.fix, cause: thrown });
  }
  for (const read of result.reads) {
    const { product, table, binding } = tables.find((each) => `${each.database}.${each.table}` === read)!;
    const columns = binding.fields.map(({ name }) => name);
    await note({ product, port: table, allowed: true, columns, rows: result.rows.length });
  }
  return result;
}

type Readable = QueryTable & { readonly product: ProductModel['id'] };
type Refused = Pick<Readable, 'product'> & { name: string; port: string; reason: string; fix: string };

/** Every table the caller may read now (or might as of a time), and why not the others. */
async function readableTables(
  ports: Ports,
  { principal, purpose, asOf }: { principal: string; purpose?: string; asOf?: string },
): Promise<{ tables: readonly Readable[]; refused: readonly Refused[] }> {
  const tables: Readable[] = [];
  const refused: Refused[] = [];
  const now = ports.clock.now();
  const grants = await ports.grants.list();
  for (const { manifest, current } of await ports.registry.list()) {
    const publication = asOf === undefined ? current : await ports.registry.publicationAsOf(manifest.id, asOf);
    for (const output of manifest.outputs) {
      const { database } = manifest;
      const place = { name: `${database}.${output.table}`, product: manifest.id, port: output.name };
      const own = grants.filter((grant) => grant.product === manifest.id);
      const access =
        principal === OPERATOR
          ? ({ allowed: true, columns: output.fields.map((field) => field.name), masked: [] } as const)
          : decideAccess({ product: manifest, port: output, grants: own, principal, purpose, now });
      const reader = principal === OPERATOR || principal === teamPrincipal(manifest.owner.team) ? 'owner' : 'other';
      if (reader === 'other' && (manifest.status === 'draft' || manifest.status === 'retired')) {
        const fix = `ask \`${manifest.owner.team}\` (${manifest.owner.contact})`;
        refused.push({
          ...place,
          reason: `its product is ${manifest.status === 'draft' ? 'a draft' : 'retired'}`,
          fix,
        });
        continue;
      }
      if (!access.allowed) refused.push({ ...place, reason: access.reason, fix: access.fix });
      else if (!publication?.outputs[output.name]) {
        const reason = asOf === undefined ? 'it has no publication yet' : `it had no publication at ${asOf}`;
        refused.push({ ...place, reason, fix: asOf === undefined ? 'run `mesh build`' : 'ask for a later time' });
      } else
        tables.push({
          product: manifest.id,
          database,
          table: output.table,
          binding: { ...bind(output, publication, access), database, table: output.table },
        });
    }
  }
  return { tables, refused };
}

function bind(
  output: OutputModel,
  publication: Publication,
  access: Parameters<typeof grantedPart>[1],
): Omit<QueryTable['binding'], 'database' | 'table'> {
  const { snapshot, columns } = publication.outputs[output.name]!;
  const granted = grantedPart(output, access);
  const fields = granted.fields.filter(({ name }) => columns.includes(name));
  return { kind: 'port', name: output.name, snapshot, ...granted, fields };
}

/** The table that a query was refused for, when it exists but may not be read. */
function findRefused(thrown: unknown, refused: readonly Refused[]): Refused | undefined {
  if (!(thrown instanceof MeshError)) return undefined;
  const unknown = thrown.problems.filter(({ code }) => code === 'table-denied');
  const text = unknown.map(({ message }) => message).join('\n');
  return refused.find(({ name, port }) => text.includes(`\`${name}\``) || text.includes(`\`${port}\``));
}
