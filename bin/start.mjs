// The way in from a fresh clone: prepares it, then runs the CLI in this process; or, with `--bench` first, the benches,
// or, with `--app`, the CDK app.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

await import('./prepare.mjs');
const other = { '--bench': 'bench.js', '--app': 'app.js' }[process.argv[2]];
if (other) process.argv.splice(2, 1);
if (other === 'app.js') await (await import('./build.mjs')).buildLambdasIfStale();
const entry = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', other ?? 'mesh.js');
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
