import {
  type Event,
  GetAliasCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import type { ProductId } from '../../../lib/model/names.ts';
import { until } from '../until.ts';
import type { DeployedMesh } from './deployed-mesh.ts';

/** One durable execution of a product's function, as Lambda tells of it. */
export interface Execution {
  readonly arn: string;
  readonly status: string;
  /** What it returned. */
  readonly result?: { readonly kind?: string; readonly reason?: string };
}

const LIVE = 'live';

/** Executions of the deployed version, oldest first. */
async function executionsOf(deployed: DeployedMesh, product: string): Promise<readonly Execution[]> {
  const lambda = new LambdaClient();
  const FunctionName = await functionOf(deployed, product);
  const { FunctionVersion: Qualifier } = await lambda.send(new GetAliasCommand({ FunctionName, Name: LIVE }));
  const { DurableExecutions = [] } = await lambda.send(
    new ListDurableExecutionsByFunctionCommand({ FunctionName, Qualifier, MaxItems: 1000, ReverseOrder: true }),
  );
  const found = await Promise.all(
    DurableExecutions.map(({ DurableExecutionArn }) =>
      lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn })),
    ),
  );
  return found
    .sort((a, b) => a.StartTimestamp!.getTime() - b.StartTimestamp!.getTime())
    .map(({ DurableExecutionArn, Status, Result }) => ({
      arn: DurableExecutionArn!,
      status: Status!,
      ...(Result && { result: JSON.parse(Result) as Execution['result'] }),
    }));
}

/** Waits until none of at least so many executions is under way; gives all. */
export function executionsAtRest(
  deployed: DeployedMesh,
  product: string,
  atLeast: number,
): Promise<readonly Execution[]> {
  return until(`${atLeast} runs of ${product} come to rest`, async () => {
    const found = await executionsOf(deployed, product);
    return found.length >= atLeast && found.every(({ status }) => status !== 'RUNNING') && found;
  });
}

/** What happened in an execution, oldest first. */
export async function historyOf({ arn }: Execution): Promise<readonly Event[]> {
  const { Events } = await new LambdaClient().send(
    new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, MaxItems: 1000 }),
  );
  return Events!;
}

/** Wakes a product as an event does. */
export async function wake(deployed: DeployedMesh, product: string, event: object = {}): Promise<void> {
  const FunctionName = await functionOf(deployed, product);
  const Payload = JSON.stringify(event);
  await new LambdaClient().send(new InvokeCommand({ FunctionName, Qualifier: LIVE, InvocationType: 'Event', Payload }));
}

async function functionOf(deployed: DeployedMesh, product: string): Promise<string> {
  const deployment = await deployed.deployments.get(product as ProductId);
  if (!deployment?.runFunction) throw new Error(`${product} is not deployed`);
  return deployment.runFunction;
}
