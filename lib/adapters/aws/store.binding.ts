import type { AwsBinding } from './aws.binding.ts';

/** The one table of a mesh: what the registry, the ledger, leases and deployments are kept in. */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Items that have these two attributes are found by them too; all attributes are projected. Keys are texts. */
  index: { name: 'by-time', partitionKey: 'gsi_pk', sortKey: 'gsi_sk' },
  /** Seconds since 1970, after which an item may vanish. */
  timeToLive: 'expires',
} as const;

export const storeBinding: AwsBinding<'table', 'tableArn'> = {
  variables: { table: 'MESH_TABLE' },
  permissions: ({ tableArn }) => [
    {
      actions: [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:Query',
      ],
      resources: [tableArn],
    },
    { actions: ['dynamodb:Query'], resources: [`${tableArn}/index/${tableSchema.index.name}`] },
  ],
};
