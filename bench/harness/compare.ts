import type { Result } from './bench.ts';
import type { Usage } from './measure.ts';

export interface CompareOptions {
  readonly bench: string;
  readonly pairs: number;
  /** The side that is ours, and the one that it is held against. */
  readonly ours: (pair: number) => Promise<Usage>;
  readonly plain: (pair: number) => Promise<Usage>;
  /** Of wall time, CPU time and peak memory. */
  readonly goal: number;
}

/** Runs both sides in turns (A B A B …) and gives the median of the pairs' ratios. */
export async function compare({ bench, pairs, ours, plain, goal }: CompareOptions): Promise<Result[]> {
  const measured: { ours: Usage; plain: Usage }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const each = { plain: await plain(pair), ours: await ours(pair) };
    process.stderr.write(`  ${pair + 1}/${pairs}  ours ${describe(each.ours)}   plain ${describe(each.plain)}\n`);
    measured.push(each);
  }
  const line = (what: string, of: (usage: Usage) => number, show: (value: number) => string): Result => ({
    bench,
    what,
    unit: 'ratio',
    goal,
    measured: median(measured.map((each) => of(each.ours) / of(each.plain))),
    from: `${show(median(measured.map((each) => of(each.ours))))} against ${show(median(measured.map((each) => of(each.plain))))}`,
  });
  return [
    line('wall', ({ wallSeconds }) => wallSeconds, seconds),
    line('cpu', ({ cpuSeconds }) => cpuSeconds, seconds),
    line(
      'peak memory',
      ({ peakMb }) => peakMb,
      (value) => `${value.toFixed(0)} MB`,
    ),
  ];
}

/** Runs a command several times and gives the median of its wall times. */
export async function time(
  bench: string,
  what: string,
  goal: number,
  runs: number,
  command: () => Promise<Usage>,
): Promise<Result> {
  const usages: Usage[] = [];
  for (let run = 0; run < runs; run += 1) usages.push(await command());
  const walls = usages.map(({ wallSeconds }) => wallSeconds).sort((a, b) => a - b);
  const cpu = median(usages.map(({ cpuSeconds }) => cpuSeconds));
  const from = `${runs} runs, ${seconds(walls[0]!)} to ${seconds(walls.at(-1)!)}, cpu ${seconds(cpu)}`;
  return { bench, what, unit: 's', goal, measured: median(walls), from };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function describe({ wallSeconds, cpuSeconds, peakMb }: Usage): string {
  return `${seconds(wallSeconds)} (cpu ${seconds(cpuSeconds)}, ${peakMb.toFixed(0)} MB)`;
}

const seconds = (value: number) => `${value.toFixed(value < 1 ? 3 : 2)} s`;
