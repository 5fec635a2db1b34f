import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BUCKET_LAYOUT, busName, eventSource } from '../adapters/aws/aws.binding.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';

export interface RunTriggersProps {
  readonly mesh: string;
  readonly product: ProductModel;
  readonly bucket: string;
  /** The ARN of the alias to invoke. */
  readonly target: string;
  readonly deadLetters: string;
}

interface Trigger {
  readonly id: string;
  readonly description: string;
  readonly eventBusName?: string;
  readonly eventPattern?: object;
  readonly scheduleExpression?: string;
}

/**
 * What a product wakes up for: its own registration, publications of what it reads, drops that land in its bucket, its
 * schedule. What comes before its registration finds that it is not registered yet, and ends.
 */
export class RunTriggers extends Construct {
  constructor(scope: Construct, id: string, props: RunTriggersProps) {
    super(scope, id);
    for (const { id, ...rule } of triggersOf(props)) this.addRule(id, rule, props);
  }

  private addRule(id: string, rule: Omit<Trigger, 'id'>, { target, deadLetters }: RunTriggersProps): void {
    const { attrArn } = new CfnRule(this, id, {
      ...rule,
      targets: [{ id: 'Run', arn: target, deadLetterConfig: { arn: deadLetters } }],
    });
    new CfnPermission(this, `${id}Permission`, {
      action: 'lambda:InvokeFunction',
      functionName: target,
      principal: 'events.amazonaws.com',
      sourceArn: attrArn,
    });
  }
}

function triggersOf({ mesh, product, bucket }: RunTriggersProps): Trigger[] {
  const { inputs, refresh } = product;
  const providers = [...new Set(inputs.flatMap((input) => (input.kind === 'port' ? [input.product] : [])))].sort();
  const onBus = (type: string, products: readonly ProductId[]) => ({
    eventBusName: busName(mesh),
    eventPattern: { source: [eventSource(mesh)], 'detail-type': [type], detail: { data: { product: products } } },
  });
  const triggers: Trigger[] = [
    {
      id: 'Registered',
      description: `${product.id} is new or has changed`,
      ...onBus('mesh.product.registered', [product.id]),
    },
  ];
  if (providers.length > 0) {
    triggers.push({
      id: 'Published',
      description: `${product.id} reads what was published`,
      ...onBus('mesh.publication.published', providers),
    });
  }
  if (inputs.some(({ kind }) => kind === 'source')) {
    triggers.push({
      id: 'Landed',
      description: `${product.id} reads what landed`,
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [bucket] },
          object: { key: [{ prefix: BUCKET_LAYOUT.landing }] },
        },
      },
    });
  }
  if (refresh.schedule !== undefined) {
    triggers.push({
      id: 'Due',
      description: `${product.id} is due`,
      scheduleExpression: refresh.schedule,
    });
  }
  return triggers;
}
