import { CfnDeletionPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { tableSchema } from '../adapters/aws/store.binding.ts';
import type { Removal } from './removal.ts';

/** The registry and the ledger: one table, on demand, that can be restored to any second of 35 days. */
export class MeshTable extends Construct {
  readonly table: CfnTable;

  constructor(scope: Construct, id: string, { removal }: { readonly removal: Removal }) {
    super(scope, id);
    const { partitionKey, sortKey, index, timeToLive } = tableSchema;
    const names = [partitionKey, sortKey, index.partitionKey, index.sortKey];
    this.table = new CfnTable(this, 'Table', {
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: names.map((attributeName) => ({ attributeName, attributeType: 'S' })),
      keySchema: keys(partitionKey, sortKey),
      globalSecondaryIndexes: [
        {
          indexName: index.name,
          keySchema: keys(index.partitionKey, index.sortKey),
          projection: { projectionType: 'ALL' },
        },
      ],
      timeToLiveSpecification: { attributeName: timeToLive, enabled: true },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      sseSpecification: { sseEnabled: false },
      deletionProtectionEnabled: removal === 'retain',
    });
    // Not even after a creation that failed: DynamoDB refuses to delete a protected table, and the rollback would be stuck.
    // What stays is empty, costs nothing, and has a name that nothing else takes.
    const isProtected = removal === 'retain';
    this.table.cfnOptions.deletionPolicy = isProtected ? CfnDeletionPolicy.RETAIN : CfnDeletionPolicy.DELETE;
    this.table.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }
}

function keys(hash: string, range: string) {
  return [
    { attributeName: hash, keyType: 'HASH' },
    { attributeName: range, keyType: 'RANGE' },
  ];
}
