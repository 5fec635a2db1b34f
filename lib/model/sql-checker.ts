import type { FieldType } from './field-type.ts';
import type { Problem } from './mesh-error.ts';

/** Types of the columns of each table that a statement may read. */
export type SqlTables = { readonly [table: string]: { readonly [column: string]: FieldType } };

/** A column that a statement returns. */
export interface CheckedColumn {
  readonly name: string;
  /** Undefined when the engine's type has no counterpart in a contract. */
  readonly type: FieldType | undefined;
  /** How the engine calls the type, for messages. */
  readonly engineType: string;
  /** Where it stands in the statement, 1-based, when known. */
  readonly line?: number;
  readonly column?: number;
  readonly upstream: readonly { readonly table: string; readonly column: string }[];
}

/** What a statement reads and returns, and what is wrong with it. */
export interface CheckedStatement {
  readonly reads: readonly string[];
  readonly columns: readonly CheckedColumn[];
  readonly problems: readonly Problem[];
}

/** Checks one SELECT in Athena's dialect without reading data: syntax, tables, functions, names and types. */
export interface SqlChecker {
  check(statement: {
    readonly text: string;
    readonly file?: string;
    readonly tables: SqlTables;
  }): Promise<CheckedStatement>;
}
