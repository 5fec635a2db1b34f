import { type AwsBinding, eventSource } from './aws.binding.ts';

export const busBinding: AwsBinding<'bus' | 'mesh', 'busArn'> = {
  variables: { bus: 'MESH_BUS', mesh: 'MESH_NAME' },
  permissions: ({ busArn }) => [{ actions: ['events:PutEvents'], resources: [busArn] }],
};

/** What runs tell of; that a product is registered is the registrar's to say. */
const OF_RUNS = ['mesh.publication.published', 'mesh.publication.quarantined', 'mesh.run.failed'];

/** What a run needs to tell of itself. */
export const runBusBinding: AwsBinding<'bus' | 'mesh', 'busArn' | 'mesh'> = {
  variables: busBinding.variables,
  permissions: ({ busArn, mesh }) => [
    {
      actions: ['events:PutEvents'],
      resources: [busArn],
      conditions: {
        'ForAllValues:StringEquals': { 'events:source': [eventSource(mesh)], 'events:detail-type': OF_RUNS },
      },
    },
  ],
};
