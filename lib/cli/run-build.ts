import type { LocalPorts } from '../adapters/local/create-local-ports.ts';
import { type BuildOptions, type BuildProgress, build } from '../flow/build.ts';
import type { RunResult } from '../flow/run.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { CliContext } from './context.ts';
import { describeResult, plainResult } from './describe-result.ts';
import { createProgressBar } from './progress.ts';

export interface RunBuildOptions {
  readonly products?: readonly ProductId[];
  readonly retry?: boolean;
}

/** Builds with a progress bar, a line for each product where there is no terminal, and events for programs. */
export async function runBuild(
  { print, signal }: CliContext,
  ports: LocalPorts,
  model: MeshModel,
  options: RunBuildOptions = {},
): Promise<readonly RunResult[]> {
  const bar = createProgressBar(print);
  // A product may run twice in a build; what it quarantined first is no news, but neither is it from before.
  const quarantined = new Map<ProductId, RunResult>();
  const onProgress = (progress: BuildProgress) => {
    const { done, total } = progress;
    if (progress.kind === 'step') {
      bar.update(done, total, `${progress.product} · ${progress.step}`);
      return;
    }
    const { result } = progress;
    bar.update(done, total, result.product);
    if (result.kind === 'unchanged') return;
    if (result.kind === 'quarantined') {
      if (!result.again) quarantined.set(result.product, result);
      else if (quarantined.has(result.product)) return;
    }
    print.event('run', plainResult(result));
    if (!print.isNoteTerminal) bar.note(describeResult(result));
  };
  try {
    const deliver: BuildOptions['deliver'] = (handle) => ports.bus.drain(handle);
    const results = await build(ports, model, { ...options, onProgress, signal, deliver });
    return results.map((result) =>
      result.kind === 'quarantined' && result.again ? (quarantined.get(result.product) ?? result) : result,
    );
  } finally {
    bar.end();
  }
}
