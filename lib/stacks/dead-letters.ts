import { Stack } from 'aws-cdk-lib';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const FOURTEEN_DAYS_IN_SECONDS = 14 * 24 * 3600;

/** The queue for events that could not be delivered or that failed each time: fourteen days to look at them. */
export class DeadLetters extends Construct {
  readonly queueArn: string;
  readonly queueUrl: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const queue = new CfnQueue(this, 'Queue', {
      messageRetentionPeriod: FOURTEEN_DAYS_IN_SECONDS,
      sqsManagedSseEnabled: true,
    });
    new CfnQueuePolicy(this, 'Policy', {
      queues: [queue.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'sqs:*',
            Resource: queue.attrArn,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: queue.attrArn,
            Condition: { ArnLike: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/*` } },
          },
        ],
      },
    });
    this.queueArn = queue.attrArn;
    this.queueUrl = queue.ref;
  }
}
