import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // From inside, the package by its own name is the source, not a build of it.
  resolve: {
    alias: [
      { find: /^cdk-data-mesh\/cdk$/, replacement: fileURLToPath(new URL('lib/cdk.ts', import.meta.url)) },
      { find: /^cdk-data-mesh$/, replacement: fileURLToPath(new URL('lib/index.ts', import.meta.url)) },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/aws/**'],
    // Processes, because DuckDB and SQLite are native; two, because a developer's machine has other things to do.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    passWithNoTests: false,
  },
});
