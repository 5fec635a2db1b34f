import type { AwsBinding } from '../aws.binding.ts';

/** What running SQL in a product's workgroup needs. */
export const athenaBinding: AwsBinding<'workGroup', 'workGroupArn'> = {
  variables: { workGroup: 'MESH_WORKGROUP' },
  permissions: ({ workGroupArn }) => [
    {
      actions: [
        'athena:StartQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:StopQueryExecution',
      ],
      resources: [workGroupArn],
    },
  ],
};
