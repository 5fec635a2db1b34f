import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { storeBinding } from '../adapters/aws/store.binding.ts';
import { usageBinding } from '../adapters/aws/usage.binding.ts';
import { bind, bindAll } from './bound.ts';
import { publishFolder } from './file-asset.ts';
import { lambdaFolder } from './lambda-folder.ts';
import { meshArns } from './mesh-arns.ts';
import { ScheduledFunction } from './scheduled-function.ts';

export interface CostCollectorProps {
  readonly mesh: string;
  readonly table: { readonly name: string; readonly arn: string };
}

/** Writes into the ledger, every day, what each product used the day before and what that costs. */
export class CostCollector extends ScheduledFunction {
  constructor(scope: Construct, id: string, { mesh, table }: CostCollectorProps) {
    const { workgroups, buckets } = meshArns(Stack.of(scope), mesh);
    const { environment, permissions } = bindAll([
      bind(storeBinding, { table: table.name }, { tableArn: table.arn }),
      bind(usageBinding, {}, { workgroupArn: workgroups, bucketArn: buckets }),
    ]);
    super(scope, id, {
      code: publishFolder(scope, lambdaFolder('collect-cost')),
      description: `Collects what products of the mesh ${mesh} cost`,
      environment: { ...environment, MESH_NAME: mesh },
      memoryMb: 512,
      timeoutSeconds: 900,
      permissions,
      // Athena and CloudWatch have a day's figures a little after it ended, UTC.
      schedule: 'cron(30 1 * * ? *)',
      input: { action: 'collect' },
    });
  }
}
