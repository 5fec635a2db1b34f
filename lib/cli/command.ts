import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** What a command was called with. */
export interface Call<Options> {
  /** One entry for each declared argument; a variadic one is a list. */
  readonly args: readonly unknown[];
  readonly options: Options;
}

/** One verb of the CLI: what it takes, and what it does. Its file is loaded only when it is called. */
export interface CommandModule<Options = { readonly [option: string]: unknown }> {
  configure(command: Command): Command;
  /** Returns an exit code when it is not 0 and no error says so. */
  run(context: CliContext, call: Call<Options>): Promise<number | undefined>;
}

/** Types a command. */
export function defineCommand<Options>(module: CommandModule<Options>): CommandModule<Options> {
  return module;
}
