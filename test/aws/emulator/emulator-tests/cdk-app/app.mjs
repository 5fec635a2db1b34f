// A mesh in small: what its stacks are made of, to deploy with the CDK's own CLI. `CHANGE=1` changes something of each.
import { App, CfnOutput, CfnParameter, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRule, EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, CfnPermission, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

const changed = process.env.CHANGE === '1';
const app = new App();
const mesh = new Stack(app, 'Small-mesh');
const bus = new EventBus(mesh, 'Bus', { eventBusName: 'small' });
const topic = new Topic(mesh, 'Topic', { displayName: changed ? 'changed' : 'small' });
const inbox = new Queue(mesh, 'Inbox');
topic.addSubscription(new SqsSubscription(inbox, { rawMessageDelivery: true }));
new Rule(mesh, 'Failures', {
  eventBus: bus,
  eventPattern: { detailType: ['mesh.run.failed'] },
  targets: [
    new SnsTopic(topic, {
      message: RuleTargetInput.fromText(`failed: ${EventField.fromPath('$.detail.data.product')}`),
    }),
  ],
});
const table = new Table(mesh, 'Table', {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  timeToLiveAttribute: 'expires',
});
table.addGlobalSecondaryIndex({ indexName: 'by-time', partitionKey: { name: 'gsi_pk', type: AttributeType.STRING } });
const registrar = new Lambda(mesh, 'Registrar', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  timeout: Duration.seconds(20),
  code: Code.fromInline(`exports.handler = async (event) => {
    await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ ...event, Status: 'SUCCESS', PhysicalResourceId: 'it', Data: {} }) });
  };`),
});
new StringParameter(mesh, 'RegistrarArn', {
  parameterName: '/small/registrar-arn',
  stringValue: registrar.functionArn,
});
new CfnBudget(mesh, 'Budget', {
  budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: 1, unit: 'USD' } },
});

for (const name of ['a', 'b']) {
  const product = new Stack(app, `Small-${name}`);
  product.addDependency(mesh);
  const service = new CfnParameter(product, 'Registrar', {
    type: 'AWS::SSM::Parameter::Value<String>',
    default: '/small/registrar-arn',
  });
  const bucket = new CfnBucket(product, 'Bucket', {
    notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
  });
  const seen = new Queue(product, 'Seen');
  const run = new Lambda(product, 'Run', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    timeout: Duration.seconds(30),
    environment: { QUEUE: seen.queueUrl },
    code: Code.fromInline(`const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
      exports.handler = (event) => new SQSClient({}).send(new SendMessageCommand({
        QueueUrl: process.env.QUEUE, MessageBody: '${changed ? 'changed ' : ''}' + (event.detail.object?.key ?? event.detail.data.product) }));`),
  });
  run.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [seen.queueArn] }));
  const live = new Alias(product, 'Live', { aliasName: 'live', version: run.currentVersion });
  const targets = [{ id: 'Run', arn: live.functionArn, retryPolicy: { maximumRetryAttempts: 2 } }];
  const landed = new CfnRule(product, 'Landed', {
    targets,
    eventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [bucket.ref] }, object: { key: [{ prefix: 'landing/' }] } },
    },
  });
  const published = new CfnRule(product, 'Published', {
    targets,
    eventBusName: 'small',
    eventPattern: { source: ['mesh.small'], detail: { data: { product: [`x/${name}`] } } },
  });
  for (const [id, rule] of Object.entries({ landed, published })) {
    new CfnPermission(product, `${id}Permission`, {
      action: 'lambda:InvokeFunction',
      functionName: live.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
  new CustomResource(product, 'Product', {
    serviceToken: service.valueAsString,
    resourceType: 'Custom::DataProduct',
    properties: { Version: changed ? '2' : '1' },
  });
  new CfnOutput(product, 'BucketName', { value: bucket.ref });
  new CfnOutput(product, 'SeenUrl', { value: seen.queueUrl });
}
new CfnOutput(mesh, 'InboxUrl', { value: inbox.queueUrl });
