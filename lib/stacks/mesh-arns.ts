import type { Stack } from 'aws-cdk-lib';

/**
 * ARNs of what products of a mesh have, as patterns: for functions that work for all of them and are there before them.
 * CloudFormation begins the names that it makes up with the stack's, and every stack's begins with the mesh's.
 */
export function meshArns({ partition, region, account }: Stack, mesh: string) {
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const databases = `${mesh.replaceAll('-', '_')}_*`;
  const named = `${`${mesh}-`.slice(0, STACK_PART)}*`;
  return {
    catalog: arn('glue', 'catalog'),
    databases: arn('glue', `database/${databases}`),
    tables: arn('glue', `table/${databases}/*`),
    databaseFunctions: arn('glue', `userDefinedFunction/${databases}/*`),
    stacks: arn('cloudformation', `stack/${mesh}-*`),
    workgroups: arn('athena', `workgroup/${mesh}-*`),
    functions: arn('lambda', `function:${named}`),
    logs: arn('logs', `log-group:${named}`),
    queues: arn('sqs', named),
    buckets: `arn:${partition}:s3:::${named}`,
    roles: `arn:${partition}:iam::${account}:role/${named}`,
    anyRole: `arn:${partition}:iam::${account}:role/*`,
    /** Of every bootstrap. */
    assets: `arn:${partition}:s3:::cdk-*-assets-${account}-${region}`,
  } as const;
}

/** CloudFormation keeps at least these of a stack's name. */
const STACK_PART = 24;
