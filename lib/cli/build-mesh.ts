import type { LocalPorts } from '../adapters/local/create-local-ports.ts';
import type { RunResult } from '../flow/run.ts';
import type { Problem } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import type { CliContext } from './context.ts';
import { plainResult, printResults } from './describe-result.ts';
import { exitCodeOf, FAILED } from './exit-code.ts';
import { type RunBuildOptions, runBuild } from './run-build.ts';
import { count, formatTime } from './words.ts';

/** Builds, prints the summary, and says the exit code that the results and the mesh's problems make. */
export async function buildMesh(
  context: CliContext,
  ports: LocalPorts,
  { model, problems }: { readonly model: MeshModel; readonly problems: readonly Problem[] },
  options: RunBuildOptions = {},
): Promise<number | undefined> {
  const { print } = context;
  const started = Date.now();
  const results = await runBuild(context, ports, model, options);
  printResults(print, results);
  const milliseconds = Date.now() - started;
  const ran = results.filter(({ kind }) => kind !== 'unchanged');
  if (results.length === 0) {
    print.note('no product to build; begin one with `mesh add product FILE`');
  } else if (ran.length === 0) {
    print.line(`nothing to rebuild: ${count(results.length, 'product')} up to date (${formatTime(milliseconds)})`);
  } else {
    const published = results.filter(({ kind }) => kind === 'published').length;
    print.line(print.color.dim(`${count(published, 'product')} published in ${formatTime(milliseconds)}`));
  }
  print.event('built', { results: results.map(plainResult), problems, milliseconds });
  return exitCode(results, problems);
}

function exitCode(results: readonly RunResult[], problems: readonly Problem[]): number | undefined {
  const failed = results.find((result) => result.kind === 'failed');
  if (failed?.kind === 'failed') return exitCodeOf(failed.error.kind);
  const isBroken = problems.length > 0 || results.some(({ kind }) => kind === 'quarantined');
  return isBroken ? FAILED : undefined;
}
