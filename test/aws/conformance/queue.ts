import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { busName, eventSource } from '../../../lib/adapters/aws/aws.binding.ts';
import type { MeshEvent } from '../../../lib/ports/bus.ts';

/** A mesh's bus with a queue behind it, which keeps each event until somebody handled it. */
export interface BusQueue {
  /** Hands over what waits, and what comes while it does. A handler that throws did not take its event. */
  drain(handler: (event: MeshEvent) => Promise<void>): Promise<void>;
  /** Sends an event when a schedule says so. */
  schedule(name: string, expression: string, event: MeshEvent): Promise<void>;
  remove(): Promise<void>;
}

const RULE = 'to-queue';
/** How long nothing may come before the queue counts as empty. */
const SILENCE_SECONDS = 1;

export async function createBusQueue(
  mesh: string,
  options: EventBridgeClientConfig & SQSClientConfig,
): Promise<BusQueue> {
  const events = new EventBridgeClient(options);
  const sqs = new SQSClient(options);
  const EventBusName = busName(mesh);
  await events.send(new CreateEventBusCommand({ Name: EventBusName }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: mesh }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const queueArn = Attributes!.QueueArn!;
  const EventPattern = JSON.stringify({ source: [eventSource(mesh)] });
  await events.send(new PutRuleCommand({ Name: RULE, EventBusName, EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: RULE, EventBusName, Targets: [{ Id: 'queue', Arn: queueArn }] }));

  const schedules: string[] = [];

  async function take({ ReceiptHandle, Body }: Message, handler: (event: MeshEvent) => Promise<void>) {
    const body = JSON.parse(Body!);
    try {
      // What EventBridge carries is the event's detail; what a schedule sends is the event.
      await handler((body.detail ?? body) as MeshEvent);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    } catch (error) {
      return { ReceiptHandle, error };
    }
    return undefined;
  }

  return {
    async drain(handler) {
      const failures: { ReceiptHandle: string | undefined; error: unknown }[] = [];
      for (;;) {
        const request = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: SILENCE_SECONDS, VisibilityTimeout: 60 };
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
        if (Messages.length === 0) break;
        for (const message of Messages) {
          const failure = await take(message, handler);
          if (failure) failures.push(failure);
        }
      }
      for (const { ReceiptHandle } of failures) {
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      }
      if (failures.length > 0) throw failures[0]!.error;
    },
    async schedule(name, expression, event) {
      // Schedules are on the default bus only.
      await events.send(new PutRuleCommand({ Name: name, ScheduleExpression: expression }));
      const target = { Id: 'queue', Arn: queueArn, Input: JSON.stringify(event) };
      await events.send(new PutTargetsCommand({ Rule: name, Targets: [target] }));
      schedules.push(name);
    },
    async remove() {
      for (const Rule of schedules) {
        await events.send(new RemoveTargetsCommand({ Rule, Ids: ['queue'] }));
        await events.send(new DeleteRuleCommand({ Name: Rule }));
      }
      await events.send(new RemoveTargetsCommand({ Rule: RULE, EventBusName, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand({ Name: RULE, EventBusName }));
      await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
