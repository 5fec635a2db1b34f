import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DurableExecutionApiClient,
  type DurableContext,
  type DurableExecutionClient,
} from '@aws/durable-execution-sdk-js';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { runDurably } from '../../../lib/adapters/aws/durable-handler.ts';
import { zipFile } from '../zip-file.ts';

/** Called again with every invocation of its execution, until it returns; its process dies when `killed` rejects. */
export interface RelayedExecution {
  readonly work: (context: DurableContext) => Promise<void>;
  /** What dies with the process that works now. */
  readonly killed: () => Promise<never>;
  /** Hears of operations that the service has, and tells how long a wait really takes. */
  readonly onSaved: (name: string) => void;
  readonly waitSeconds: (seconds: number) => number;
}

/**
 * A durable function in the emulator whose code runs in this process: each invocation that the service makes is handed
 * over, its checkpoints go to the service. So a test's closures run in a real durable execution.
 */
export interface RelayFunction {
  start(execution: RelayedExecution): Promise<void>;
}

const CODE = `
exports.handler = async (event) => {
  const answer = await fetch(process.env.RELAY, { method: 'POST', body: JSON.stringify(event) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};`;

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

let relay: Promise<RelayFunction> | undefined;

/** One for all tests of a process. */
export function relayFunction(): Promise<RelayFunction> {
  relay ??= deployRelay();
  return relay;
}

async function deployRelay(): Promise<RelayFunction> {
  const lambda = new LambdaClient();
  const name = `relay-${process.pid}-${Date.now()}`;
  const executions = new Map<number, RelayedExecution>();
  const server = createServer(async (request, response) => {
    try {
      const event = JSON.parse(await textOf(request));
      const { number } = JSON.parse(event.InitialExecutionState.Operations[0].ExecutionDetails.InputPayload);
      const execution = executions.get(number)!;
      const handler = runDurably((_event, context) => execution.work(context), { client: clientOf(execution) });
      const lambdaContext = { awsRequestId: String(number), getRemainingTimeInMillis: () => 900_000 };
      const answer = await Promise.race([handler(event, lambdaContext as never), execution.killed()]);
      response.end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { Role } = await new IAMClient().send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(TRUST) }),
  );
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role!.Arn!,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipFile('index.js', CODE) },
      Timeout: 900,
      Environment: { Variables: { RELAY: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
      DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 1 },
      Publish: true,
    }),
  );
  let last = 0;
  return {
    async start(execution) {
      last += 1;
      executions.set(last, execution);
      const Payload = JSON.stringify({ number: last });
      const request = { FunctionName: name, Qualifier: '1', InvocationType: 'Event', Payload } as const;
      await lambda.send(new InvokeCommand(request));
    },
  };
}

function clientOf({ onSaved, waitSeconds }: RelayedExecution): DurableExecutionClient {
  const client = new DurableExecutionApiClient(new LambdaClient());
  return {
    getExecutionState: (request, logger) => client.getExecutionState(request, logger),
    async checkpoint(request, logger) {
      const Updates = request.Updates?.map((update) => {
        const seconds = update.WaitOptions?.WaitSeconds;
        return seconds === undefined ? update : { ...update, WaitOptions: { WaitSeconds: waitSeconds(seconds) } };
      });
      const answer = await client.checkpoint({ ...request, Updates }, logger);
      for (const { Name, Action } of Updates ?? []) if (Name && Action === 'SUCCEED') onSaved(Name);
      return answer;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
