/** Who may read what of a port, why, and until when. */
export interface Grant {
  /** A team of the mesh. */
  readonly to: string;
  /** Why it reads; a reader states the same purpose. */
  readonly purpose: string;
  /** The fields it sees. @default all */
  readonly columns?: readonly string[];
  /** A condition in Athena's SQL that the rows it sees fulfil. @default all rows */
  readonly rows?: string;
  /** The last day, ISO, UTC. @default no end */
  readonly until?: string;
}

/**
 * Grants a team the reading of a port.
 *
 * @example
 * ```ts
 * import { grant } from 'cdk-data-mesh';
 * grant({ to: 'marketing', purpose: 'campaign-planning', columns: ['vendor_id'] }).to; // => 'marketing'
 * ```
 */
export function grant(grant: Grant): Grant {
  return Object.freeze({ ...grant });
}

/**
 * The fields that some of a port's grants let a team read for a purpose, in the contract's order; undefined when no
 * grant matches. Rows and ends are for whoever reads the data to apply.
 */
export function grantedColumns(
  fields: readonly string[],
  grants: readonly Grant[],
  reader: { readonly team: string; readonly purpose: string },
): string[] | undefined {
  const matching = grants.filter(({ to, purpose }) => to === reader.team && purpose === reader.purpose);
  if (matching.length === 0) return undefined;
  return fields.filter((field) => matching.some(({ columns }) => columns === undefined || columns.includes(field)));
}
