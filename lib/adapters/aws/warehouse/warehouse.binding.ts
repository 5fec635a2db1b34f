import { type AwsBinding, BUCKET_LAYOUT } from '../aws.binding.ts';

/** What a run needs to stage, to keep aside and to read its own bucket; Athena's rights are `athenaBinding`'s. */
export const warehouseBinding: AwsBinding<
  'bucket',
  'bucketArn' | 'catalogArn' | 'defaultDatabaseArn' | 'databaseArn' | 'tablesArn'
> = {
  variables: { bucket: 'MESH_BUCKET' },
  permissions({ bucketArn, catalogArn, defaultDatabaseArn, databaseArn, tablesArn }) {
    // What a run may make and remove stands beside its state, under names of its own.
    const scratch = [`${tablesArn}/staging_*`, `${tablesArn}/quarantined_*`] as const;
    const writable = [BUCKET_LAYOUT.staging, BUCKET_LAYOUT.quarantine, BUCKET_LAYOUT.results] as const;
    const objects = (prefix: string) => `${bucketArn}/${prefix}*`;
    return [
      // Athena looks for the database `default` whatever is queried.
      { actions: ['glue:GetDatabase'], resources: [catalogArn, defaultDatabaseArn] },
      { actions: ['glue:GetDatabase', 'glue:GetTables'], resources: [catalogArn, databaseArn, `${tablesArn}/*`] },
      {
        actions: ['glue:GetTable', 'glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable'],
        resources: [catalogArn, databaseArn, ...scratch],
      },
      { actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [bucketArn] },
      {
        actions: [
          's3:GetObject',
          's3:PutObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        resources: [objects(writable[0]), objects(writable[1]), objects(writable[2])],
      },
      {
        actions: ['lakeformation:GetDataAccess'],
        resources: ['*'],
        why: 'Lake Formation gives its credentials by what it granted; the action knows no resource',
      },
    ];
  },
};

/**
 * What a run needs to commit to the Iceberg table of one of its own ports. Its rows are read and written by Lake
 * Formation's leave; its metadata files also by the run itself, to forget states.
 */
export const stateTableBinding: AwsBinding<never, 'catalogArn' | 'databaseArn' | 'tableArn' | 'locationArn'> = {
  variables: {},
  permissions: ({ catalogArn, databaseArn, tableArn, locationArn }) => [
    { actions: ['glue:GetTable', 'glue:UpdateTable'], resources: [catalogArn, databaseArn, tableArn] },
    { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${locationArn}/metadata/*`] },
  ],
};

/** What a run needs to read one port of another product, as far as Lake Formation lets it. */
export const inputPortBinding: AwsBinding<never, 'catalogArn' | 'databaseArn' | 'tableArn'> = {
  variables: {},
  permissions: ({ catalogArn, databaseArn, tableArn }) => [
    { actions: ['glue:GetDatabase', 'glue:GetTable'], resources: [catalogArn, databaseArn, tableArn] },
  ],
};
