import type { ProductId } from '../../model/names.ts';
import type { AwsBinding } from './aws.binding.ts';
import {
  GRANTS_PARTITION,
  ledgerPartition,
  manifestPartition,
  productPartition,
  REGISTRY_PARTITION,
  usagePartition,
} from './registry-keys.ts';

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

/**
 * What a run needs of the mesh's table: it reads what is registered and granted, and what its providers publish, and
 * writes of its own product only.
 */
export function runStoreBinding(product: ProductId, providers: readonly ProductId[]): AwsBinding<'table', 'tableArn'> {
  const written = [productPartition(product), ledgerPartition(product, 'run'), usagePartition(product)];
  const others = providers.flatMap((each) => [productPartition(each), manifestPartition(each)]);
  const read = [...written, manifestPartition(product), REGISTRY_PARTITION, GRANTS_PARTITION, ...others];
  const within = (partitions: readonly string[]) => ({
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [...new Set(partitions)] },
  });
  return {
    variables: storeBinding.variables,
    permissions: ({ tableArn }) => [
      {
        actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        resources: [tableArn],
        conditions: within(read),
      },
      {
        actions: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [tableArn],
        conditions: within(written),
      },
    ],
  };
}
