import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SEED_DEFAULTS } from '../../adapters/local/seed.ts';
import { defineCommand } from '../command.ts';
import { openModel, placeOf } from '../open-mesh.ts';
import { toNumber } from '../parse-options.ts';
import { runSeed } from '../run-seed.ts';
import { count, formatBytes, formatNumber, formatTime } from '../words.ts';

interface SeedCommandOptions {
  readonly scale?: string;
  readonly seed?: string;
  readonly until?: string;
  readonly defects?: boolean;
}

/** `mesh seed` */
export default defineCommand<SeedCommandOptions>({
  configure: (command) =>
    command
      .option('--scale <scale>', `1 is a million order lines a year; default ${SEED_DEFAULTS.scale}`)
      .option('--seed <number>', `the same number gives the same bytes; default ${SEED_DEFAULTS.seed}`)
      .option('--until <day>', 'the first day that is not generated any more; default today')
      .option('--defects', 'list the defects put in, with how many of each'),
  async run(context, { options }) {
    const { print } = context;
    const started = Date.now();
    const place = placeOf(context);
    const { model } = await openModel(context, place);
    const { until } = options;
    const summary = await runSeed(context, place, model, {
      scale: toNumber('--scale', options.scale),
      seed: toNumber('--seed', options.seed),
      ...(until === undefined ? {} : { until }),
    });
    print.event('end', summary);
    const size = `${count(summary.rows, 'row')} in ${count(summary.files, 'file')} (${formatBytes(summary.bytes)})`;
    print.line(
      `seeded ${size}, scale ${summary.scale}, seed ${summary.seed}, until ${summary.until}, in ${formatTime(Date.now() - started)}`,
    );
    if (options.defects) {
      for (const [defect, number] of Object.entries(summary.defects))
        print.line(`  ${formatNumber(number).padStart(9)}  ${defect}`);
    }
    if (existsSync(join(place.home, 'data'))) {
      print.note(
        'what was built from other drops stays; to begin anew, build with another `--home`, or remove this one',
      );
    }
    return undefined;
  },
});
