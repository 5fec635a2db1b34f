import type { AwsBinding } from './aws.binding.ts';

/** What the reconciler of grants needs besides the mesh's table. */
export const grantsBinding: AwsBinding<never, 'catalogArn' | 'databasesArn' | 'tablesArn' | 'rolesArn'> = {
  variables: {},
  permissions: ({ catalogArn, databasesArn, tablesArn, rolesArn }) => [
    { actions: ['glue:GetTables'], resources: [catalogArn, databasesArn, tablesArn] },
    {
      actions: [
        'lakeformation:BatchGrantPermissions',
        'lakeformation:BatchRevokePermissions',
        'lakeformation:CreateDataCellsFilter',
        'lakeformation:DeleteDataCellsFilter',
        'lakeformation:GetDataLakeSettings',
        'lakeformation:ListDataCellsFilter',
        'lakeformation:ListPermissions',
        'lakeformation:UpdateDataCellsFilter',
      ],
      resources: ['*'],
      why: 'Lake Formation has no resource-level permissions in IAM; what it may grant follows from being its admin',
    },
    { actions: ['iam:GetRole'], resources: [rolesArn] },
  ],
};
