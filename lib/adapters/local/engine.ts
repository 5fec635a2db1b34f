import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { loadDuckdb } from './load-duckdb.ts';
import { createSpillFolder, type SpillFolder } from './spill-folder.ts';
import { prelude } from './sql/prelude.ts';
import { sessionSettings } from './sql/to-duckdb.ts';

export interface EngineOptions {
  /** Below it, in a folder of its own, the engine may spill what does not fit into memory. */
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
  let started: Promise<Started> | undefined;
  return {
    async connect() {
      started ??= start(options);
      return (await started).instance.connect();
    },
    close() {
      // One that could not start has nothing to close, and whoever asked for a connection was told.
      void started?.then(stop, () => undefined);
      started = undefined;
    },
  };
}

interface Started {
  readonly instance: DuckDBInstance;
  readonly spill: SpillFolder;
}

async function start({ temporaryFolder, maxMemoryMb, threads }: EngineOptions): Promise<Started> {
  const { DuckDBInstance } = await loadDuckdb();
  const spill = await createSpillFolder(temporaryFolder);
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // It would answer from a file's statistics as they were before the file was written again.
    enable_external_file_cache: 'false',
    temp_directory: spill.path,
    ...(maxMemoryMb === undefined ? {} : { memory_limit: `${maxMemoryMb}MB` }),
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  for (const setting of sessionSettings) await connection.run(setting);
  await connection.run(prelude);
  connection.closeSync();
  return { instance, spill };
}

async function stop({ instance, spill }: Started): Promise<void> {
  instance.closeSync();
  await spill.remove();
}
