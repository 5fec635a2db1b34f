/** `npm run bench [-- name…] [--pairs N] [--scale N]`: runs the benches and prints what they measured as one table. */
import { parseArgs } from 'node:util';
import { BENCHES } from './benches.ts';
import type { BenchOptions, Result } from './harness/bench.ts';
import { describeMachine } from './harness/describe-machine.ts';
import { printTable } from './harness/print-table.ts';
import { SIDES } from './sides.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    // One side of one bench, in a process of its own; only the benches themselves use it.
    side: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

if (values.side !== undefined) {
  const side = SIDES[values.side];
  if (!side) throw new Error(`there is no side ${values.side}`);
  await side(JSON.parse(positionals[0] ?? '{}') as never);
} else {
  const options: BenchOptions = { pairs: Number(values.pairs), scale: Number(values.scale) };
  process.exitCode = await runBenches(positionals, options);
}

async function runBenches(names: readonly string[], options: BenchOptions): Promise<number> {
  const unknown = names.find((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no bench ${unknown}; there are ${BENCHES.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  let exitCode = 0;
  const results: Result[] = [];
  for (const bench of BENCHES) {
    if (names.length > 0 && !names.includes(bench.name)) continue;
    process.stderr.write(`${bench.name}: ${bench.about}\n`);
    try {
      results.push(...(await bench.run(options)));
    } catch (error) {
      process.stderr.write(`${bench.name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
      exitCode = 1;
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: describeMachine(), results })}\n`);
  else process.stdout.write(`${describeMachine()}\n\n${printTable(results)}`);
  return exitCode;
}
