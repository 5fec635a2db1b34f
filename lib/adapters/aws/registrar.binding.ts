import type { AwsBinding } from './aws.binding.ts';

/** What the registrar needs besides the mesh's table, tables, grants, settings and tags. */
export const registrarBinding: AwsBinding<'mesh', 'manifestsArn' | 'stacksArn'> = {
  variables: { mesh: 'MESH_NAME' },
  permissions: ({ manifestsArn, stacksArn }) => [
    { actions: ['s3:GetObject'], resources: [manifestsArn] },
    { actions: ['cloudformation:DescribeStacks'], resources: [stacksArn] },
  ],
};
