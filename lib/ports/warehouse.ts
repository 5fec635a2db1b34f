import type { FieldModel, ProductModel, SourceInputModel } from '../model/mesh-model.ts';
import type { PublishedPort, SourceFile } from './publication.ts';

/** One input of a run, pinned: exactly what may be read under its name. */
export type Binding = PortBinding | SourceBinding;

export interface PortBinding {
  readonly kind: 'port';
  readonly name: string;
  /** Where the provider keeps its state, by the names that analysts know it by. */
  readonly database: string;
  readonly table: string;
  readonly snapshot: readonly string[];
  /** The columns that may be read. */
  readonly fields: readonly FieldModel[];
  /** Conditions in Athena's SQL of which each readable row fulfils one; undefined: every row. */
  readonly rows?: readonly string[];
  /** Columns (among `fields`) that are null except in rows that fulfil one of their own conditions. @default none */
  readonly masked?: readonly { readonly column: string; readonly rows: readonly string[] }[];
  /** Only rows recorded after this processing time (ISO). */
  readonly since?: string;
}

export interface SourceBinding {
  readonly kind: 'source';
  readonly name: string;
  readonly input: SourceInputModel;
  readonly files: readonly SourceFile[];
}

/** A row in TypeScript; see `field` for what its values are. */
export type DataRow = { [field: string]: unknown };

/** What is needed to write a run's result to staging. */
export interface StageRequest {
  readonly runId: string;
  readonly product: ProductModel;
  readonly bindings: readonly Binding[];
  /** Processing time of all rows. */
  readonly recordedAt: string;
}

/** The result of a run for one port, not visible to anybody. Plain JSON. */
export interface StagedPort {
  readonly port: string;
  readonly rows: number;
  readonly snapshot: readonly string[];
}

/** One trusted SELECT in Athena's dialect over a run's result; see `measuredTable` for the names of its tables. */
export interface MeasureRequest {
  readonly runId: string;
  readonly product: ProductModel;
  readonly staged: readonly StagedPort[];
  readonly bindings: readonly Binding[];
  /** The state before, by port; absent ports are empty. */
  readonly before: { readonly [port: string]: PublishedPort };
  readonly sql: string;
}

/** The names by which a measuring SELECT refers to what a run made, what was there before, and what it read. */
export const measuredTable = {
  staged: (port: string) => `staged_${port}`,
  before: (port: string) => `before_${port}`,
  input: (name: string) => `input_${name}`,
};

export interface MergeRequest {
  readonly runId: string;
  readonly product: ProductModel;
  readonly publicationId: string;
  readonly recordedAt: string;
  readonly staged: readonly StagedPort[];
  /** The state before, by port; absent ports begin empty. */
  readonly before: { readonly [port: string]: PublishedPort };
}

/** A table that a query may read. */
export interface QueryTable {
  readonly database: string;
  readonly table: string;
  readonly binding: PortBinding;
}

export interface QueryRequest {
  /** One SELECT in Athena's dialect, as typed by somebody: it is trusted with nothing. */
  readonly sql: string;
  readonly tables: readonly QueryTable[];
  readonly limits: QueryLimits;
  readonly signal?: AbortSignal;
}

export interface QueryLimits {
  readonly maxRows: number;
  readonly maxSeconds: number;
  readonly maxMemoryMb: number;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly DataRow[];
  /** Whether there were more rows than the limit. */
  readonly truncated: boolean;
  /** The tables it read, as `database.table`. */
  readonly reads: readonly string[];
}

/** Where data is: staging, state, quarantine; and the engine that reads and writes it. */
export interface Warehouse {
  /**
   * Makes, or evolves, what the product's state is kept in. Doing it again changes nothing.
   *
   * @throws MeshError when something that is not the product's stands in its place.
   */
  provision(product: ProductModel): Promise<void>;
  /** Removes all data of a product, for good. */
  remove(product: ProductModel): Promise<void>;
  /** Runs the product's SQL and writes the result of each port to staging. Doing it again replaces it. */
  stageSql(request: StageRequest): Promise<readonly StagedPort[]>;
  /** Writes rows of the product's ports to staging as they come. Doing it again replaces it. */
  stageRows(request: StageRequest, rows: AsyncIterable<{ port: string; row: DataRow }>): Promise<readonly StagedPort[]>;
  /** The rows of one input as a stream, sorted by the engine when asked. */
  readRows(binding: Binding, orderBy?: readonly string[]): AsyncIterable<DataRow>;
  /** Answers a SELECT about a run's result: how often each rule is broken, and examples. */
  measure(request: MeasureRequest): Promise<readonly DataRow[]>;
  /** Makes the new state of each port from the state before and the staged rows, by its publish mode. Not visible yet. */
  merge(request: MergeRequest): Promise<{ readonly [port: string]: PublishedPort }>;
  /** Keeps staged rows aside for inspection, and says where. */
  quarantine(request: MergeRequest): Promise<readonly string[]>;
  /** Removes what a run left in staging. */
  discard(runId: string, product: ProductModel): Promise<void>;
  /** Removes states and quarantined results that `keep` (all snapshots still needed of the product) does not name. */
  sweep(product: ProductModel, keep: readonly Pick<PublishedPort, 'snapshot'>[]): Promise<void>;
  /** Answers somebody's SQL from the tables it may read, and nothing else. */
  query(request: QueryRequest): Promise<QueryResult>;
}
