import { type AwsBinding, BUCKET_LAYOUT } from '../aws.binding.ts';

/** What reading and writing rows needs of the product's own bucket; its tables are `warehouseBinding`'s. */
export const rowsBinding: AwsBinding<'bucket', 'bucketArn'> = {
  variables: { bucket: 'MESH_BUCKET' },
  permissions: ({ bucketArn }) => [
    { actions: ['s3:ListBucket'], resources: [bucketArn] },
    {
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [`${bucketArn}/${BUCKET_LAYOUT.staging}*`],
    },
    { actions: ['s3:GetObject'], resources: [`${bucketArn}/${BUCKET_LAYOUT.landing}*`] },
  ],
};
