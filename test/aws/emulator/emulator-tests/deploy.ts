import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { until } from '../../until.ts';

const client = new CloudFormationClient({});

/** Resources of a template, by logical id. */
export interface Resources {
  readonly [id: string]: { readonly Type: string; readonly [key: string]: unknown };
}

export interface Outcome {
  readonly status: string;
  readonly outputs: { readonly [name: string]: string };
  /** `logical id STATUS: reason`, oldest first. */
  readonly events: readonly string[];
}

/** Creates or updates a stack and waits for how that ends. */
export async function deploy(name: string, resources: Resources, outputs: object = {}): Promise<Outcome> {
  const TemplateBody = JSON.stringify({ Resources: resources, Outputs: outputs });
  const exists = await client.send(new DescribeStacksCommand({ StackName: name })).catch(() => undefined);
  await client.send(
    exists
      ? new UpdateStackCommand({ StackName: name, TemplateBody })
      : new CreateStackCommand({ StackName: name, TemplateBody }),
  );
  return outcome(name);
}

export async function destroy(name: string): Promise<Outcome> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const id = Stacks![0]!.StackId!;
  await client.send(new DeleteStackCommand({ StackName: id }));
  return outcome(id);
}

async function outcome(name: string): Promise<Outcome> {
  const stack = await until(`${name} is settled`, async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return !Stacks![0]!.StackStatus!.endsWith('IN_PROGRESS') && Stacks![0];
  });
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: stack.StackId! }));
  return {
    status: stack.StackStatus!,
    outputs: Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!])),
    events: StackEvents!
      .map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}: ${event.ResourceStatusReason ?? ''}`)
      .reverse(),
  };
}

/** A role that a service may assume, with a policy of its own. */
export const roleFor = (service: string, ...statements: readonly object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: statements.length
      ? [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }]
      : [],
  },
});

/** A function of these lines of CommonJS, with a role of the template. */
export const functionOf = (role: string, code: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Architectures: ['arm64'],
    Timeout: 20,
    Role: { 'Fn::GetAtt': [role, 'Arn'] },
    Code: { ZipFile: code },
    ...properties,
  },
});
