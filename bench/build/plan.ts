/** All that a plain DuckDB script needs to do what a first build does: its SQL, translated, and its checks. */
export interface Plan {
  readonly settings: readonly string[];
  readonly products: readonly ProductPlan[];
}

export interface ProductPlan {
  readonly id: string;
  /** What it reads, by name: a SELECT over drops or over files of products before it. */
  readonly inputs: readonly View[];
  readonly sql?: { readonly steps: readonly Step[]; readonly copies: readonly Copy[] };
  readonly code?: CodePlan;
  /** Measuring SELECTs, over `staged_<port>` and `input_<name>`. */
  readonly checks: readonly string[];
  readonly ports: readonly Port[];
}

export interface View {
  readonly name: string;
  readonly select: string;
}

export interface Step extends View {
  readonly kind: 'TABLE' | 'VIEW';
}

/** A SELECT into a port's file. */
export interface Copy {
  readonly port: string;
  readonly select: string;
}

export interface Port {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  /** What was published, to be sure that both sides did the same. */
  readonly rows: number;
}

export interface CodePlan {
  /** The bundled transformation. */
  readonly file: string;
  readonly seed: number;
  readonly recordedAt: string;
  /** Columns of each input as TypeScript takes them. */
  readonly columns: { readonly [input: string]: string };
}

/** Stands for the folder that the plain script writes to. */
export const OUT = '{out}';

/** Where the plain script keeps a port. */
export const portFile = (product: string, port: string) => `${OUT}/${product.replace('/', '.')}.${port}.parquet`;
