import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type DurableContext,
  DurableExecutionApiClient,
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
 * Durable functions in the emulator whose code runs in this process: each invocation that the service makes is handed
 * over, its checkpoints go to the service. So a test's closures run in real durable executions.
 */
export interface RelayFunctions {
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

let relay: Promise<RelayFunctions> | undefined;

/** Those of all tests of a process. */
export function relayFunctions(): Promise<RelayFunctions> {
  relay ??= openRelay();
  return relay;
}

async function openRelay(): Promise<RelayFunctions> {
  const lambda = new LambdaClient();
  const prefix = `relay-${process.pid}-${Date.now().toString(36)}`;
  const executions = new Map<string, RelayedExecution>();
  // The emulator serves the invocations of one function one after the other: each execution has a function of its own.
  const free: string[] = [];
  const server = createServer(async (request, response) => {
    try {
      const event = JSON.parse(await textOf(request));
      const { name } = JSON.parse(event.InitialExecutionState.Operations[0].ExecutionDetails.InputPayload);
      const execution = executions.get(name)!;
      const handler = runDurably((_event, context) => execution.work(context), { client: clientOf(execution) });
      const lambdaContext = { awsRequestId: name, getRemainingTimeInMillis: () => 900_000 };
      const answer = await Promise.race([handler(event, lambdaContext as never), execution.killed()]);
      if (answer.Status !== 'PENDING') free.push(name);
      response.end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { Role } = await new IAMClient().send(
    new CreateRoleCommand({ RoleName: prefix, AssumeRolePolicyDocument: JSON.stringify(TRUST) }),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function deploy(name: string): Promise<string> {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: Role!.Arn!,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipFile('index.js', CODE) },
        Timeout: 900,
        Environment: { Variables: { RELAY: url } },
        DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 1 },
        Publish: true,
      }),
    );
    return name;
  }

  let last = 0;
  return {
    async start(execution) {
      last += 1;
      const name = free.pop() ?? (await deploy(`${prefix}-${last}`));
      executions.set(name, execution);
      const Payload = JSON.stringify({ name });
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
