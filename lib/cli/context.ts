import type { Printer } from './printer.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly mesh?: string;
  readonly home?: string;
  readonly json?: boolean;
  readonly as?: string;
  readonly purpose?: string;
  readonly asOf?: string;
}

/** What every command is given. */
export interface CliContext {
  readonly command: string;
  readonly global: GlobalOptions;
  readonly print: Printer;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
