import type { AwsBinding } from './aws.binding.ts';

/** What tells a `run` function which product it runs, and how. */
export const runBinding: AwsBinding<'product' | 'manifest' | 'settleSeconds', 'manifestArn'> = {
  variables: {
    product: 'MESH_PRODUCT',
    /** `s3://bucket/key`, where its stack put it. */
    manifest: 'MESH_MANIFEST',
    /** How long a run that a drop wakes waits for more of them. */
    settleSeconds: 'MESH_SETTLE_SECONDS',
  },
  permissions: ({ manifestArn }) => [{ actions: ['s3:GetObject'], resources: [manifestArn] }],
};
