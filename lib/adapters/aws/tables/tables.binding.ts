import type { AwsBinding } from '../aws.binding.ts';

/** What the keeper of tables needs. */
export const tablesBinding: AwsBinding<
  'registrarRole',
  'catalogArn' | 'databasesArn' | 'tablesArn' | 'bucketsArn' | 'locationRolesArn'
> = {
  variables: { registrarRole: 'REGISTRAR_ROLE' },
  permissions: ({ catalogArn, databasesArn, tablesArn, bucketsArn, locationRolesArn }) => [
    {
      actions: [
        'glue:CreateDatabase',
        'glue:CreateTable',
        'glue:CreateTableOptimizer',
        'glue:DeleteDatabase',
        'glue:DeleteTable',
        'glue:GetDatabase',
        'glue:GetTable',
        'glue:GetTables',
        'glue:UpdateTable',
        'glue:UpdateTableOptimizer',
      ],
      resources: [catalogArn, databasesArn, tablesArn],
    },
    { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [bucketsArn] },
    {
      // Glue writes a table's metadata as whoever makes it; removing a product removes its objects, in every version.
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'],
      resources: [`${bucketsArn}/*`],
    },
    { actions: ['iam:PassRole'], resources: [locationRolesArn] },
    {
      actions: ['lakeformation:GetDataAccess', 'lakeformation:GrantPermissions'],
      resources: ['*'],
      why: 'Lake Formation has no resource-level permissions in IAM; what it may grant follows from being its admin',
    },
  ],
};
