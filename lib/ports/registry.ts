import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Finding } from './finding.ts';
import type { Publication } from './publication.ts';

/** What the registry knows of one product. */
export interface RegisteredProduct {
  readonly manifest: ProductModel;
  /** ISO. */
  readonly registeredAt: string;
  /** Counts the moves of its pointer; 0 before the first publication. */
  readonly sequence: number;
  /** What consumers see now. */
  readonly current?: Publication;
  /** The result that failed verification last, unless a later run succeeded. */
  readonly quarantined?: Quarantined;
}

/** A result that failed verification. */
export interface Quarantined {
  readonly publicationId: string;
  readonly runId: string;
  /** ISO. */
  readonly at: string;
  readonly findings: readonly Finding[];
  /** Where the warehouse keeps it. */
  readonly snapshot: readonly string[];
}

/** What products exist, their contracts and their state. */
export interface Registry {
  /** Makes a product known, or replaces its manifest. Its publications stay. */
  register(manifest: ProductModel, at: string): Promise<void>;
  find(product: ProductId): Promise<RegisteredProduct | undefined>;
  list(): Promise<readonly RegisteredProduct[]>;
  /**
   * Makes a publication what consumers see, for all its ports at once, if the pointer still is where the caller saw
   * it (`sequence`); says whether it moved. Remembers the source files it read. Ends the product's quarantine.
   */
  publish(publication: Publication, sequence: number): Promise<boolean>;
  quarantine(product: ProductId, quarantined: Quarantined): Promise<void>;
  /** Forgets that a result failed verification. */
  endQuarantine(product: ProductId): Promise<void>;
  /** What consumers saw at a processing time (ISO), or undefined before the first publication. */
  publicationAsOf(product: ProductId, at: string): Promise<Publication | undefined>;
  /** Newest first; expired ones are gone. */
  publications(product: ProductId): Promise<readonly Publication[]>;
  /** Files of an input that publications of this fingerprint have read, hash by path. */
  consumedFiles(product: ProductId, fingerprint: string, input: string): Promise<ReadonlyMap<string, string>>;
  /** Forgets a product, its publications and what they read. */
  remove(product: ProductId): Promise<void>;
  /** Forgets publications; never the current one. */
  expire(product: ProductId, publicationIds: readonly string[]): Promise<void>;
}
