import { nearest } from '../did-you-mean.ts';
import type { Problem } from '../mesh-error.ts';
import type { SqlText } from './analyze-sql.ts';
import {
  CLOCK_FUNCTIONS,
  isClockFunction,
  isTrinoFunction,
  TRINO_FUNCTIONS,
  UNREPEATABLE_FUNCTIONS,
} from './trino-functions.ts';

/** Refuses each call of a function that is not on the list, by its name and place. */
export function checkFunctions({ tokens, outline, where }: SqlText, allowClock: boolean): Problem[] {
  const problems: Problem[] = [];
  for (const [at, role] of outline.roles) {
    const token = tokens[at]!;
    const name = token.value.toLowerCase();
    if (role !== 'call' || token.kind === 'name' || isTrinoFunction(name)) continue;
    if (isClockFunction(name) && allowClock) continue;
    problems.push({
      ...(isClockFunction(name) ? ofTheMoment(name) : unsupported(name, allowClock)),
      where: where(token),
    });
  }
  return problems;
}

function ofTheMoment(name: string): Omit<Problem, 'where'> {
  return {
    code: 'unrepeatable-function',
    message: `\`${name}\` depends on when it runs, and a publication must be a function of its inputs`,
    fix: 'use a time in the data, such as max(_recorded_at)',
  };
}

function unsupported(name: string, allowClock: boolean): Omit<Problem, 'where'> {
  if (UNREPEATABLE_FUNCTIONS.has(name)) {
    return {
      code: 'unrepeatable-function',
      message: `\`${name}\` gives something else each time, and a result must be a function of its inputs`,
      fix: 'derive the value from a key, such as to_hex(md5(to_utf8(key)))',
    };
  }
  const meant = nearest(name, allowClock ? [...TRINO_FUNCTIONS, ...CLOCK_FUNCTIONS] : TRINO_FUNCTIONS);
  return {
    code: 'unsupported-function',
    message: `the function \`${name}\` is not supported`,
    fix: meant ? `did you mean \`${meant}\`?` : 'use another, or write the transformation as code()',
  };
}
