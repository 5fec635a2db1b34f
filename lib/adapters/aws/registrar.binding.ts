import type { AwsBinding } from './aws.binding.ts';

/** What the registrar needs besides the mesh's table, tables, grants, settings and tags. */
export const registrarBinding: AwsBinding<'mesh', 'manifestsArn'> = {
  variables: { mesh: 'MESH' },
  permissions: ({ manifestsArn }) => [{ actions: ['s3:GetObject'], resources: [manifestsArn] }],
};
