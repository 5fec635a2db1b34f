import { type AwsBinding, BUCKET_LAYOUT } from './aws.binding.ts';

/** What finding and reading landed drops needs, of the product's own bucket. */
export const sourcesBinding: AwsBinding<'bucket', 'bucketArn'> = {
  variables: { bucket: 'MESH_BUCKET' },
  permissions: ({ bucketArn }) => [
    { actions: ['s3:ListBucket'], resources: [bucketArn] },
    { actions: ['s3:GetObject'], resources: [`${bucketArn}/${BUCKET_LAYOUT.landing}*`] },
  ],
};
