// The way in from a fresh clone: prepares it, then runs the CLI in this process.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

await import('./prepare.mjs');
const bench = process.argv[2] === '--bench';
if (bench) process.argv.splice(2, 1);
const entry = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', bench ? 'bench.js' : 'mesh.js');
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
