import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableSchema } from '../../../lib/adapters/aws/store.binding.ts';

/** Makes a mesh's table, as the stack does. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const { index } = tableSchema;
  const names = [tableSchema.partitionKey, tableSchema.sortKey, index.partitionKey, index.sortKey];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema(tableSchema),
      GlobalSecondaryIndexes: [
        { IndexName: index.name, KeySchema: keySchema(index), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
}

function keySchema({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}
