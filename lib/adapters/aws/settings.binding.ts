import type { AwsBinding } from './aws.binding.ts';

/** What the keeper of the data lake settings needs. */
export const settingsBinding: AwsBinding<never, 'rolesArn'> = {
  variables: {},
  permissions: ({ rolesArn }) => [
    {
      actions: ['lakeformation:GetDataLakeSettings', 'lakeformation:PutDataLakeSettings'],
      resources: ['*'],
      why: 'an account has one set of Lake Formation settings, which is no resource in IAM',
    },
    { actions: ['iam:GetRole'], resources: [rolesArn] },
  ],
};
