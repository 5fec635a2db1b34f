import { Stack } from 'aws-cdk-lib';
import { CfnArchive, CfnEventBus, CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { busName, eventSource } from '../adapters/aws/aws.binding.ts';

export interface MeshBusProps {
  readonly mesh: string;
  /** Mail addresses that are told of failures. */
  readonly notifications: readonly string[];
}

/** How long published events can be replayed. */
const ARCHIVE_DAYS = 30;
/** What somebody has to look at; one rule for the whole mesh, where an alarm per product would bill. */
const FAILURES = ['mesh.run.failed', 'mesh.publication.quarantined'];

/** The mesh's events: their bus, an archive of them, and a topic that is told of every failure. */
export class MeshBus extends Construct {
  readonly bus: CfnEventBus;
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { mesh, notifications }: MeshBusProps) {
    super(scope, id);
    this.bus = new CfnEventBus(this, 'Bus', { name: busName(mesh), description: `Events of the mesh ${mesh}` });
    new CfnArchive(this, 'Archive', {
      sourceArn: this.bus.attrArn,
      eventPattern: { source: [eventSource(mesh)] },
      retentionDays: ARCHIVE_DAYS,
    });
    const topic = new CfnTopic(this, 'Failures', { displayName: `${mesh}: failures` });
    this.topicArn = topic.ref;
    for (const [index, endpoint] of [...new Set(notifications)].entries()) {
      new CfnSubscription(this, `Failures${index}`, { topicArn: topic.ref, protocol: 'email', endpoint });
    }
    const rule = new CfnRule(this, 'Failed', {
      description: `Tells of failed runs and quarantined results of the mesh ${mesh}`,
      eventBusName: this.bus.ref,
      eventPattern: { source: [eventSource(mesh)], 'detail-type': FAILURES },
      targets: [{ id: 'Failures', arn: topic.ref }],
    });
    new CfnTopicPolicy(this, 'FailuresPolicy', {
      topics: [topic.ref],
      policyDocument: topicPolicy(topic.ref, rule.attrArn, Stack.of(this).account),
    });
  }
}

/** Who may tell the topic: the rule and the account's budgets, and nobody in the clear. */
function topicPolicy(topic: string, ruleArn: string, account: string): object {
  const publish = { Action: 'sns:Publish', Resource: topic };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        ...publish,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'budgets.amazonaws.com' },
        ...publish,
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        ...publish,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
