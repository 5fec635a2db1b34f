import { Stack } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PublishedAsset } from './file-asset.ts';
import { type AllowStatement, policyDocument, trustedServices } from './policy-document.ts';

/** What a function of the mesh runs and may do. */
export interface BundledFunctionProps {
  readonly code: PublishedAsset;
  readonly description: string;
  readonly environment: { readonly [name: string]: string };
  /** The variable that tells it the ARN of its own role. @default none */
  readonly roleVariable?: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Besides its logs and traces. */
  readonly permissions: readonly AllowStatement[];
  /** @default not durable */
  readonly durable?: DurableOptions;
  /** The ARN of a queue for events that it failed on; it may send to it. @default none */
  readonly deadLetters?: string;
}

export interface DurableOptions {
  readonly timeoutSeconds: number;
  readonly retentionDays: number;
  /** What it may do to its own executions. */
  readonly permissions: (functionArn: string) => readonly AllowStatement[];
}

const RUNTIME = 'nodejs24.x';
const LOG_RETENTION_DAYS = 30;

/**
 * A function made of one bundle of ours: arm64, JSON logs that expire, traces, a role of its own.
 *
 * Of L1 constructs, as all that a product's stack is made of: a thousand stacks then cost half.
 */
export class BundledFunction extends Construct {
  readonly function: CfnFunction;
  readonly role: CfnRole;
  /** Of a durable function: what it may do to its own executions. */
  readonly ownPolicy?: CfnPolicy;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logs = new CfnLogGroup(this, 'Logs', { retentionInDays: LOG_RETENTION_DAYS });
    // Within the role, because Lambda refuses a dead letter queue that the role may not send to yet.
    const statements = [...ownStatements(logs, props.deadLetters), ...props.permissions];
    this.role = new CfnRole(this, 'Role', {
      assumeRolePolicyDocument: trustedServices('lambda.amazonaws.com'),
      policies: [{ policyName: 'Allowed', policyDocument: policyDocument(statements) }],
    });
    this.function = new CfnFunction(this, 'Function', {
      description: props.description,
      runtime: RUNTIME,
      architectures: ['arm64'],
      handler: 'index.handler',
      code: { s3Bucket: props.code.bucket, s3Key: props.code.key },
      role: this.role.attrArn,
      memorySize: props.memoryMb,
      timeout: props.timeoutSeconds,
      environment: {
        variables: {
          NODE_OPTIONS: '--enable-source-maps',
          ...props.environment,
          ...(props.roleVariable && { [props.roleVariable]: this.role.attrArn }),
        },
      },
      loggingConfig: { logFormat: 'JSON', logGroup: logs.ref },
      tracingConfig: { mode: 'Active' },
      durableConfig: props.durable && {
        executionTimeout: props.durable.timeoutSeconds,
        retentionPeriodInDays: props.durable.retentionDays,
      },
      deadLetterConfig: props.deadLetters ? { targetArn: props.deadLetters } : undefined,
    });
    if (!props.durable) return;
    // Beside the role, because it names the function, which names the role.
    this.ownPolicy = new CfnPolicy(this, 'OwnPolicy', {
      policyName: 'OwnExecutions',
      policyDocument: policyDocument(props.durable.permissions(this.function.attrArn)),
      roles: [this.role.ref],
    });
  }
}

function ownStatements(logs: CfnLogGroup, deadLetters: string | undefined): AllowStatement[] {
  const { partition, region, account } = Stack.of(logs);
  const streams = `arn:${partition}:logs:${region}:${account}:log-group:${logs.ref}:*`;
  const send: AllowStatement[] = deadLetters ? [{ actions: ['sqs:SendMessage'], resources: [deadLetters] }] : [];
  return [
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [streams] },
    {
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
      why: 'X-Ray has no resources to name',
    },
    ...send,
  ];
}
