/** What a statement does, and the DuckDB SQL that does it. */
export interface Plan {
  readonly kind:
    | 'select'
    | 'unload'
    | 'view'
    | 'ctas'
    | 'insert'
    | 'delete'
    | 'update'
    | 'merge'
    | 'alter'
    | 'properties'
    | 'drop'
    | 'optimize'
    | 'vacuum'
    | 'ddl';
  /** The query; of a statement that changes rows, that statement over the table TARGET. */
  readonly sql: string;
  readonly reads: readonly string[];
  /** `database.table` that it changes. */
  readonly target?: string;
  /** A query that gives a row when a MERGE would change a row twice. */
  readonly check?: string;
  /** Of an INSERT: its query and the columns it names. */
  readonly query?: string;
  readonly into?: readonly string[];
  /** Of CREATE TABLE and UNLOAD: their WITH (…), in lower case. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly location?: string;
  readonly columns?: readonly { readonly Name: string; readonly Type: string }[];
  readonly ifExists?: boolean;
}
