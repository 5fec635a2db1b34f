import {
  type DurableContext,
  type DurableExecutionClient,
  type DurableLambdaHandler,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';

export interface DurableOptions {
  /** Where the state of executions is. @default Lambda, with a client of its own */
  readonly client?: DurableExecutionClient;
}

/**
 * A Lambda handler that dies and goes on between the steps of a journal: `createJournals` takes the context. The result
 * is plain JSON.
 */
export function runDurably<Event, Result>(
  handler: (event: Event, context: DurableContext) => Promise<Result>,
  { client }: DurableOptions = {},
): DurableLambdaHandler {
  return withDurableExecution<Event, Result>(handler, { durableExecutionClient: client });
}
