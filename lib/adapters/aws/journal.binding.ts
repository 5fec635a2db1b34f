import { type AwsBinding, BUCKET_LAYOUT } from './aws.binding.ts';

/**
 * What a durable `run` function needs for its journal, beside the mesh's table (`storeBinding`), where its lease is, and
 * the name of its bucket (`warehouseBinding`).
 */
export const journalBinding: AwsBinding<never, 'bucketArn' | 'functionArn'> = {
  variables: {},
  permissions: ({ bucketArn, functionArn }) => [
    { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${bucketArn}/${BUCKET_LAYOUT.journal}*`] },
    {
      // Checked against the execution, which is named below a version of the function; aliases don't count.
      actions: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
      resources: [`${functionArn}:*`],
    },
  ],
};
