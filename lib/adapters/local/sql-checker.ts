import { analyzeSql } from '../../model/sql/analyze-sql.ts';
import { loadSqlParser } from '../../model/sql/sql-parser.ts';
import type { SqlChecker } from '../../model/sql-checker.ts';
import { createSqlBinder } from './sql/bind-sql.ts';

/**
 * Checks SQL by the parser (tables, names, functions, lineage) and then, as it will run, by the engine's own binder,
 * which tells the types.
 */
export function createSqlChecker(): SqlChecker & { close(): void } {
  const binder = createSqlBinder();
  return {
    async check({ text, file, tables }) {
      const parser = await loadSqlParser();
      const analysis = analyzeSql(parser, { text, file, tables });
      const reads = analysis.reads.map(({ table }) => table);
      const untyped = analysis.columns.map((column) => ({ ...column, type: undefined, engineType: 'unknown' }));
      if (analysis.problems.length > 0) return { reads, columns: untyped, problems: analysis.problems };
      const bound = await binder.bind({ trino: text, file, tables });
      if (bound.problems.length > 0) return { reads, columns: untyped, problems: bound.problems };
      // The engine knows what a star stands for, also where the parser does not; lineage is the parser's.
      const columns = bound.columns.map(({ name, type, duckdbType }) => {
        const analysed = analysis.columns.find((column) => column.name === name);
        return { upstream: [], ...analysed, name, type, engineType: duckdbType };
      });
      return { reads, columns, problems: [] };
    },
    close: () => binder.close(),
  };
}
