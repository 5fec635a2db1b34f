import type { AwsBinding } from './aws.binding.ts';

/** What collecting needs besides the mesh's table: to list the queries and the objects of products. */
export const usageBinding: AwsBinding<never, 'workgroupArn' | 'bucketArn'> = {
  variables: {},
  permissions: ({ workgroupArn, bucketArn }) => [
    { actions: ['athena:BatchGetQueryExecution', 'athena:ListQueryExecutions'], resources: [workgroupArn] },
    { actions: ['s3:ListBucketVersions'], resources: [bucketArn] },
  ],
};
