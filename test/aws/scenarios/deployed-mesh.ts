import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SetSubscriptionAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { BUCKET_LAYOUT, type MeshParameter, meshParameter } from '../../../lib/adapters/aws/aws.binding.ts';
import { createDeployments, type Deployments } from '../../../lib/adapters/aws/deployments.aws.ts';
import { createLedger } from '../../../lib/adapters/aws/ledger.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import { createStore } from '../../../lib/adapters/aws/store.aws.ts';
import { readTeamRoles } from '../../../lib/adapters/aws/team-roles.ts';
import type { ProductId } from '../../../lib/model/names.ts';
import type { LedgerEntry } from '../../../lib/ports/ledger.ts';
import type { Publication } from '../../../lib/ports/publication.ts';
import type { RegisteredProduct, Registry } from '../../../lib/ports/registry.ts';
import { actAs } from '../act-as.ts';
import { queryAs, type TextRow } from '../query-as.ts';
import { until } from '../until.ts';

/** A mesh that is deployed, looked at from outside: its registry, ledger, buckets and teams. */
export interface DeployedMesh {
  readonly registry: Registry;
  readonly deployments: Deployments;
  parameter(name: MeshParameter): Promise<string>;
  /** Drops a file below a product's landing folder: `sales/orders/1.csv`. */
  land(product: string, path: string, content: string | Uint8Array): Promise<void>;
  bucketOf(product: string): Promise<string>;
  find(product: string): Promise<RegisteredProduct | undefined>;
  /** Waits until a product has published so often. */
  published(product: string, times?: number): Promise<Publication>;
  /** Waits until a product's last result is in quarantine. */
  quarantined(product: string): Promise<NonNullable<RegisteredProduct['quarantined']>>;
  /** Of a product, newest first. */
  ledger(product: string, kind?: LedgerEntry['kind']): Promise<readonly LedgerEntry[]>;
  roleOf(team: string): Promise<string>;
  /** What somebody of a team sees. */
  query(team: string, sql: string): Promise<readonly TextRow[]>;
  /** Listens to the topic of failures. */
  notifications(): Promise<Notifications>;
}

export interface Notifications {
  /** Waits for the next event of that type: its `data`. */
  next(type: string): Promise<{ readonly [name: string]: unknown }>;
}

/** Finds a deployed mesh by its name, in the account of this process. */
export async function openDeployed(name: string): Promise<DeployedMesh> {
  const ssm = new SSMClient();
  const s3 = new S3Client({ forcePathStyle: true });
  const parameter = async (parameter: MeshParameter) => {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: meshParameter(name, parameter) }));
    return Parameter!.Value!;
  };
  const store = createStore({ client: new DynamoDBClient(), table: await parameter('table') });
  const registry = createRegistry({ store });
  const ledger = createLedger({ store });
  const deployments = createDeployments({ store });

  const bucketOf = async (product: string) => {
    const deployment = await deployments.get(product as ProductId);
    if (!deployment) throw new Error(`${product} is not deployed`);
    return deployment.bucket;
  };
  const roleOf = async (team: string) => {
    const roles = await readTeamRoles(store);
    return roles[team] ?? Promise.reject(new Error(`there is no team ${team}`));
  };
  return {
    registry,
    deployments,
    parameter,
    bucketOf,
    roleOf,
    async land(product, path, content) {
      const Bucket = await bucketOf(product);
      await s3.send(new PutObjectCommand({ Bucket, Key: `${BUCKET_LAYOUT.landing}${path}`, Body: content }));
    },
    find: (product) => registry.find(product as ProductId),
    published: (product, times = 1) =>
      until(`${product} publishes ${times} times`, async () => {
        const found = await registry.find(product as ProductId);
        if ((found?.sequence ?? 0) >= times && found?.current) return found.current;
        const [last] = await ledger.entries({ product: product as ProductId, kind: 'run', limit: 1 });
        if (last?.kind === 'run' && last.outcome === 'failed') throw new Error(last.error);
        return undefined;
      }),
    quarantined: (product) =>
      until(
        `a result of ${product} is in quarantine`,
        async () => (await registry.find(product as ProductId))?.quarantined,
      ),
    ledger: (product, kind) => ledger.entries({ product: product as ProductId, kind }),
    query: async (team, sql) => queryAs(await actAs(await roleOf(team)), `${name}-team-${team}`, sql),
    notifications: async () => listen(await parameter('topicArn'), `${name}-seen`),
  };
}

async function listen(TopicArn: string, QueueName: string): Promise<Notifications> {
  const [sqs, sns] = [new SQSClient(), new SNSClient()];
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes!.QueueArn!, ReturnSubscriptionArn: true }),
  );
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    }),
  );
  return {
    next: (type) =>
      until(`a notification of ${type}`, async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 1 }),
        );
        const event =
          Messages[0] && (JSON.parse(Messages[0].Body!) as { 'detail-type': string; detail: { data: object } });
        return event?.['detail-type'] === type && (event.detail.data as { [name: string]: unknown });
      }),
  };
}
