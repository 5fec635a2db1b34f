import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests against the emulated AWS (`npm run test:aws`). */
export default defineConfig({
  // From inside, the package by its own name is the source, not a build of it.
  resolve: { alias: { 'cdk-data-mesh': fileURLToPath(new URL('lib/index.ts', import.meta.url)) } },
  test: {
    include: ['test/aws/**/*.test.ts'],
    globalSetup: ['test/aws/suite-emulator.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A process that hangs must not hold up everything else.
    teardownTimeout: 20_000,
    allowOnly: false,
    passWithNoTests: false,
  },
});
