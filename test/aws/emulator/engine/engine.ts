// The SQL engine behind the emulator's Athena: reads Athena's SQL, runs DuckDB's.
//   POST /plan {sql, database}          -> what the statement does; see plan.ts
//   POST /condition {text, database}    -> {sql, reads}
//   POST /select, /write, /change       -> rows, or the rows of a Parquet file; see run-query.ts
//   POST /stop {id}                     -> interrupts a query
import { createServer, type IncomingMessage } from 'node:http';
import { MeshError } from '../../../../lib/model/mesh-error.ts';
import { bindValue } from './bind-names.ts';
import { explainError } from './explain-error.ts';
import { planStatement } from './plan-statement.ts';
import { type Changing, change, type Selection, select, stopQuery, type Writing, write } from './run-query.ts';

type Asked = { readonly [name: string]: unknown };

const ANSWERS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  '/plan': ({ sql, database }) => planStatement(String(sql), String(database)),
  '/condition': ({ text, database }) => bindValue(String(text), String(database)),
  '/select': (asked) => select(asked as unknown as Selection),
  '/write': (asked) => write(asked as unknown as Writing),
  '/change': (asked) => change(asked as unknown as Changing),
  '/stop': ({ id }) => ({ stopped: stopQuery(String(id)) }),
};

async function answer(request: IncomingMessage): Promise<unknown> {
  try {
    let body = '';
    for await (const chunk of request) body += chunk;
    const found = ANSWERS[request.url ?? ''];
    if (!found) throw new Error(`no such request: ${request.url}`);
    return await found(JSON.parse(body) as Asked);
  } catch (error) {
    if (error instanceof MeshError) return { error: `${codeOf(error)}: ${error.message}` };
    return { error: explainError(error instanceof Error ? error.message : String(error)) };
  }
}

function codeOf({ code, message }: MeshError): string {
  if (/^the function `\w+` is not supported/.test(message)) return 'FUNCTION_NOT_FOUND';
  return code === 'sql-unsupported' ? 'NOT_SUPPORTED' : 'SYNTAX_ERROR';
}

createServer((request, response) => {
  void answer(request).then((said) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
}).listen(Number(process.env.ENGINE_PORT ?? 4611), '127.0.0.1');
