import type { AwsBinding } from '../aws.binding.ts';

/** What the keeper of tables needs. */
export const tablesBinding: AwsBinding<
  'registrarRole',
  'catalogArn' | 'databasesArn' | 'tablesArn' | 'databaseFunctionsArn' | 'bucketsArn' | 'locationRolesArn'
> = {
  variables: { registrarRole: 'REGISTRAR_ROLE' },
  permissions: ({ catalogArn, databasesArn, tablesArn, databaseFunctionsArn, bucketsArn, locationRolesArn }) => [
    {
      actions: [
        'glue:CreateDatabase',
        'glue:CreateTable',
        'glue:CreateTableOptimizer',
        'glue:DeleteTable',
        'glue:GetDatabase',
        'glue:GetTable',
        'glue:GetTables',
        'glue:UpdateTable',
        'glue:UpdateTableOptimizer',
      ],
      resources: [catalogArn, databasesArn, tablesArn],
    },
    {
      // Glue asks for all that a database could hold, also where it holds none.
      actions: ['glue:DeleteDatabase'],
      resources: [catalogArn, databasesArn, tablesArn, databaseFunctionsArn],
    },
    { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [bucketsArn] },
    {
      // Glue writes a table's metadata as whoever makes it; removing a product removes its objects, in every version.
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'],
      resources: [`${bucketsArn}/*`],
    },
    {
      // To the optimizers of tables.
      actions: ['iam:PassRole'],
      resources: [locationRolesArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
    },
    {
      actions: ['lakeformation:GetDataAccess', 'lakeformation:GrantPermissions'],
      resources: ['*'],
      why: 'Lake Formation has no resource-level permissions in IAM; what it may grant follows from being its admin',
    },
  ],
};
