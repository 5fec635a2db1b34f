import { readFile } from 'node:fs/promises';
import * as parser from '@polyglot-sql/sdk';
import type { Statement } from './generate-mesh.ts';

/**
 * The bare calls of the parser: analysis and translation of each statement, in Node as it is. A check calls the analysis
 * too, translates by itself, and has V8 compile the parser only once; see `loadSqlParser`.
 */
export async function callParser(given: { statements: string }): Promise<void> {
  const statements = JSON.parse(await readFile(given.statements, 'utf8')) as Statement[];
  for (const { text, tables } of statements) {
    const schema = {
      tables: Object.entries(tables).map(([name, columns]) => ({
        name,
        columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
      })),
    };
    const analysis = parser.analyzeQuery(text, { dialect: parser.Dialect.Trino, schema });
    const transpiled = parser.transpile(text, parser.Dialect.Trino, parser.Dialect.DuckDB);
    if (!analysis.success || !transpiled.success) throw new Error(`${analysis.error ?? transpiled.error}: ${text}`);
  }
}
