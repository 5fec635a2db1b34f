import type { AwsBinding } from './aws.binding.ts';

/** What tagging a product's data needs. */
export const lfTagsBinding: AwsBinding<never, never> = {
  variables: {},
  permissions: () => [
    {
      actions: [
        'lakeformation:AddLFTagsToResource',
        'lakeformation:CreateLFTag',
        'lakeformation:GetLFTag',
        'lakeformation:GetResourceLFTags',
        'lakeformation:UpdateLFTag',
      ],
      resources: ['*'],
      why: 'Lake Formation has no resource-level permissions in IAM',
    },
  ],
};
