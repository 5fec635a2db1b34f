import type { ProductId } from '../model/names.ts';

/** The immutable result of a successful run, for all its output ports together. Plain JSON. */
export interface Publication {
  readonly product: ProductId;
  /** Hash of the product's fingerprint and of the pins it read: the same inputs give the same id. */
  readonly publicationId: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly runId: string;
  /** Processing time: ISO, UTC, microseconds; later than that of the product's publication before. */
  readonly recordedAt: string;
  /**
   * The processing time since which each publication continues the one before: whoever read an older one can't tell
   * the news from this one's rows, and reads all of it. Absent in publications of an older release.
   */
  readonly begunAt?: string;
  /** By input name. */
  readonly inputs: { readonly [input: string]: Pin };
  /** By output port. */
  readonly outputs: { readonly [port: string]: PublishedPort };
}

/** What a run read of one input. */
export type Pin = PortPin | SourcePin;

export interface PortPin {
  readonly kind: 'port';
  readonly product: ProductId;
  readonly port: string;
  readonly publicationId: string;
  readonly recordedAt: string;
}

export interface SourcePin {
  readonly kind: 'source';
  /** Hash of all files read so far, whichever run read them. */
  readonly digest: string;
  /** The files that this run reads. */
  readonly files: readonly SourceFile[];
}

/** One drop of an operational source. */
export interface SourceFile {
  /** Relative to the landing folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hash of its content. */
  readonly hash: string;
}

/** The state of one output port at one publication. */
export interface PublishedPort {
  /** Rows of the whole state, and bytes it takes. */
  readonly rows: number;
  readonly bytes: number;
  /** The fields it has, by name: an older state may have others than the contract has now. */
  readonly columns: readonly string[];
  /** How the warehouse finds the state again: files, a snapshot's id. Nobody else reads it. */
  readonly snapshot: readonly string[];
}
