import { MeshError } from '../../model/mesh-error.ts';
import { toDuckdb } from './sql/to-duckdb.ts';

/** Puts Athena's SQL into DuckDB's. */
export interface Translate {
  statement(sql: string): Promise<string>;
  /** A condition, as it stands in rules and grants. */
  condition(sql: string): Promise<string>;
}

const BEFORE_CONDITION = 'SELECT 1 WHERE ';

/** Translates each text once. */
export function createTranslate(): Translate {
  const known = new Map<string, string>();
  const statement = async (sql: string) => {
    const translated = known.get(sql) ?? toDuckdb(sql).sql;
    known.set(sql, translated);
    return translated;
  };
  return {
    statement,
    async condition(sql) {
      const translated = await statement(`${BEFORE_CONDITION}(${sql}\n)`);
      if (translated.startsWith(BEFORE_CONDITION)) return translated.slice(BEFORE_CONDITION.length);
      throw new MeshError({
        code: 'invalid-condition',
        message: `\`${sql}\` is not a condition`,
        fix: 'write something that is true or false',
      });
    },
  };
}
