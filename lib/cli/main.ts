import { Command, CommanderError } from 'commander';
import { packageVersion } from '../loader/package-root.ts';
import { MeshError } from '../model/mesh-error.ts';
import { GLOBAL_OPTIONS, VERBS, type Verb } from './commands.ts';
import type { GlobalOptions } from './context.ts';
import { INTERRUPTED } from './exit-code.ts';
import { createPrinter } from './printer.ts';

/** What is interrupted may end by itself within that time. */
const GRACE_MS = 1_000;

/** Runs the CLI with these arguments and says the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  quietBrokenPipes();
  // Stdout is for data: what products' code says goes elsewhere.
  console.log = console.info = console.debug = console.error;
  const verb = findVerb(argv);
  const interruption = new AbortController();
  onInterrupt(interruption);
  const print = createPrinter(verb?.name ?? 'mesh', argv.includes('--json'));
  let exitCode: number | undefined;
  try {
    const program = await createProgram(verb, async (globals, module, args, options) => {
      const context = { command: verb?.name ?? 'mesh', global: globals, print, signal: interruption.signal };
      exitCode = await module.run(context, { args, options: options as never });
    });
    if (argv.length === 0) program.outputHelp();
    else await Promise.race([program.parseAsync(argv, { from: 'user' }), overdue(interruption.signal)]);
    return interruption.signal.aborted && verb?.name !== 'up' ? INTERRUPTED : (exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (interruption.signal.aborted) {
      print.note(`${print.isNoteTerminal ? '\r\u001b[K' : ''}interrupted; what was published stays`);
      return INTERRUPTED;
    }
    const { reportError } = await import('./report-error.ts');
    return reportError(print, error instanceof CommanderError ? usageError(error, verb) : error);
  }
}

type Run = (
  globals: GlobalOptions,
  module: Awaited<ReturnType<Verb['load']>>['default'],
  args: readonly unknown[],
  options: object,
) => Promise<void>;

/** All verbs by name, and the called one with all it takes. */
async function createProgram(called: Verb | undefined, run: Run): Promise<Command> {
  const program = new Command('mesh')
    .description('Data products of a mesh: declare, check, build, query.')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [verb]', 'help for a verb');
  for (const { flags, description } of GLOBAL_OPTIONS) program.option(flags, description);
  program.option('-V, --version', 'print the version');
  program.on('option:version', () => {
    process.stdout.write(`${packageVersion()}\n`);
    throw new CommanderError(0, 'commander.version', '');
  });
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary);
    if (verb !== called) continue;
    const module = (await verb.load()).default;
    module.configure(command);
    const leaf = command.commands.length > 0 ? command.commands : [command];
    for (const each of leaf) {
      each.action((...given: unknown[]) => run(program.opts(), module, given.slice(0, -2), given.at(-2) as object));
    }
  }
  return program;
}

/** The verb that is called: the first word that is no option and no option's value. */
function findVerb(argv: readonly string[]): Verb | undefined {
  const takesValue = new Set<string>(
    GLOBAL_OPTIONS.flatMap(({ flags }) => (flags.includes('<') ? [flags.split(' ')[0]!] : [])),
  );
  const words = argv.filter((word, index) => !word.startsWith('-') && !takesValue.has(argv[index - 1] ?? ''));
  const name = words[0] === 'help' ? words[1] : words[0];
  return VERBS.find((verb) => verb.name === name);
}

function usageError({ message }: CommanderError, verb: Verb | undefined): MeshError {
  const text = message
    .replace(/^error: /, '')
    .replace(/\n/g, ' ')
    .trim();
  const fix = `see \`mesh ${verb ? `${verb.name} ` : ''}--help\``;
  return new MeshError({
    code: 'usage',
    kind: 'usage',
    message: text || `what to ${verb?.name ?? 'do'} is missing`,
    fix,
  });
}

/** Throws a while after an interruption: what does not stop by itself is left, since any work may die at any time. */
function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const wait = () => setTimeout(() => reject(signal.reason), GRACE_MS).unref();
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

/** Ctrl-C asks to end; a second one ends. */
function onInterrupt(interruption: AbortController): void {
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(INTERRUPTED);
    interruption.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
}

/** Whoever reads our output may stop reading: `mesh query … | head`. */
function quietBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}
