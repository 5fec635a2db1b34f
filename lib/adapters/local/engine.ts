import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { prelude } from './sql/prelude.ts';
import { sessionSettings } from './sql/to-duckdb.ts';

export interface EngineOptions {
  /** Where the engine may spill what does not fit into memory. */
  readonly temporaryFolder: string;
  readonly maxMemoryMb?: number;
  readonly threads?: number;
}

/** A DuckDB in memory that reads and writes files; it never loads an extension from anywhere. */
export interface Engine {
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/** Starts the engine when it is first needed: loading it costs more than an unchanged build. */
export function createEngine(options: EngineOptions): Engine {
  let started: Promise<DuckDBInstance> | undefined;
  return {
    async connect() {
      started ??= start(options);
      return (await started).connect();
    },
    close() {
      void started?.then((instance) => instance.closeSync());
      started = undefined;
    },
  };
}

async function start({ temporaryFolder, maxMemoryMb, threads }: EngineOptions): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // It would answer from a file's statistics as they were before the file was written again.
    enable_external_file_cache: 'false',
    temp_directory: temporaryFolder,
    ...(maxMemoryMb === undefined ? {} : { memory_limit: `${maxMemoryMb}MB` }),
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  for (const setting of sessionSettings) await connection.run(setting);
  await connection.run(prelude);
  connection.closeSync();
  return instance;
}
