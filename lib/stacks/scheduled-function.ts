import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BundledFunction, type BundledFunctionProps } from './bundled-function.ts';

export interface ScheduledFunctionProps extends BundledFunctionProps {
  /** In EventBridge's form. */
  readonly schedule: string;
  /** What it is called with. */
  readonly input: object;
}

/** A function that EventBridge calls again and again. */
export class ScheduledFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id, props);
    const rule = new CfnRule(this, 'Due', {
      description: props.description,
      scheduleExpression: props.schedule,
      targets: [{ id: 'Function', arn: this.function.attrArn, input: JSON.stringify(props.input) }],
    });
    new CfnPermission(this, 'DuePermission', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.attrArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}
