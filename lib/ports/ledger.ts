import type { ProductId } from '../model/names.ts';
import type { Finding } from './finding.ts';

/** What happened. Entries are never changed. */
export type LedgerEntry = RunEntry | AccessEntry | CostEntry;

interface AnyEntry {
  /** An entry with an id that is already there is not recorded again. */
  readonly id: string;
  /** ISO. */
  readonly at: string;
  readonly product: ProductId;
}

/** `recovered`: what went wrong last time is over, because the inputs are again those of the current publication. */
export type RunOutcome = 'published' | 'quarantined' | 'failed' | 'recovered';

export interface RunEntry extends AnyEntry {
  readonly kind: 'run';
  readonly runId: string;
  readonly outcome: RunOutcome;
  readonly publicationId?: string;
  readonly milliseconds: number;
  /** Rows by output port after the run. */
  readonly rows: { readonly [port: string]: number };
  readonly findings: readonly Finding[];
  /** Why a failed run failed. */
  readonly error?: string;
}

/** One reading of a port by somebody. */
export interface AccessEntry extends AnyEntry {
  readonly kind: 'access';
  readonly port: string;
  /** Such as `team:marketing`. */
  readonly principal: string;
  readonly purpose: string;
  readonly allowed: boolean;
  readonly columns: readonly string[];
  readonly rows?: number;
}

/** What one product used on one day, and what that costs by the price list named. */
export interface CostEntry extends AnyEntry {
  readonly kind: 'cost';
  /** ISO, UTC. */
  readonly day: string;
  readonly athenaBytes: number;
  readonly lambdaGbSeconds: number;
  readonly storageBytes: number;
  readonly dollars: number;
  /** The day of the price list, ISO. */
  readonly prices: string;
}

export interface LedgerQuery {
  readonly product?: ProductId;
  readonly kind?: LedgerEntry['kind'];
  readonly limit?: number;
}

export interface Ledger {
  record(entry: LedgerEntry): Promise<void>;
  /** Newest first. */
  entries(query?: LedgerQuery): Promise<readonly LedgerEntry[]>;
}
