import type { AwsBinding } from './aws.binding.ts';

export const busBinding: AwsBinding<'bus' | 'mesh', 'busArn'> = {
  variables: { bus: 'MESH_BUS', mesh: 'MESH_NAME' },
  permissions: ({ busArn }) => [{ actions: ['events:PutEvents'], resources: [busArn] }],
};
