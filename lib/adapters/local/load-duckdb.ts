import { createRequire } from 'node:module';

/** The engine's library, as loaded. */
export type Duckdb = typeof import('@duckdb/node-api');

const load = createRequire(import.meta.url);

/**
 * Loads the engine's library; nothing that starts quickly imports it eagerly. By `require`, because Node reads all of a
 * CommonJS package for the names of its exports before it imports it: twice the time, 75 ms.
 */
export async function loadDuckdb(): Promise<Duckdb> {
  try {
    return load('@duckdb/node-api') as Duckdb;
  } catch {
    // A bundle that lies elsewhere knows by its imports alone where packages are; what else is wrong shows here again.
    return import('@duckdb/node-api');
  }
}
