import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { prelude } from '../../../../lib/adapters/local/sql/prelude.ts';
import { sessionSettings, toDuckdb } from '../../../../lib/adapters/local/sql/to-duckdb.ts';

export interface TestEngine {
  readonly connection: DuckDBConnection;
  /** The rows of a query in Athena's SQL, as JSON values. */
  ask(trino: string): Promise<unknown[][]>;
  close(): void;
}

/** A DuckDB with what the translation relies on, and nothing else. */
export async function openEngine(): Promise<TestEngine> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  for (const setting of sessionSettings) await connection.run(setting);
  await connection.run(prelude);
  return {
    connection,
    async ask(trino) {
      const reader = await connection.runAndReadAll(toDuckdb(trino).sql);
      return reader.getRowsJson();
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
