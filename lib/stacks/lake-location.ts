import { CfnDeletionPolicy, type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnResource as CfnLocation } from 'aws-cdk-lib/aws-lakeformation';
import { Construct } from 'constructs';
import { BUCKET_LAYOUT } from '../adapters/aws/aws.binding.ts';
import { policyDocument, trustedServices } from './policy-document.ts';
import { deletionPolicy, type Removal } from './removal.ts';

export interface LakeLocationProps {
  readonly bucketArn: string;
  /** Whose tables are there. */
  readonly database: string;
  /** What is retained is read through it by the product's owner, so it stays too. */
  readonly removal: Removal;
  /** Whether an earlier deployment registered it and kept it so. */
  readonly isKept: boolean;
}

/** The part of a bucket that Lake Formation guards, and the role by which it, and Glue's optimizers, reach it. */
export class LakeLocation extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { bucketArn, database, removal, isKept }: LakeLocationProps) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const data = BUCKET_LAYOUT.data;
    const catalog = `arn:${partition}:glue:${region}:${account}`;
    const optimizerLogs = `arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/iceberg-*`;
    const role = new CfnRole(this, 'Role', {
      assumeRolePolicyDocument: trustedServices('lakeformation.amazonaws.com', 'glue.amazonaws.com'),
      policies: [
        {
          policyName: 'Allowed',
          policyDocument: policyDocument([
            {
              actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
              resources: [`${bucketArn}/${data}*`],
            },
            {
              actions: ['s3:ListBucket'],
              resources: [bucketArn],
              conditions: { StringLike: { 's3:prefix': [data.slice(0, -1), `${data}*`] } },
            },
            { actions: ['s3:GetBucketLocation'], resources: [bucketArn] },
            {
              actions: ['glue:GetTable', 'glue:UpdateTable'],
              resources: [`${catalog}:catalog`, `${catalog}:database/${database}`, `${catalog}:table/${database}/*`],
            },
            {
              actions: ['lakeformation:GetDataAccess'],
              resources: ['*'],
              why: 'it has no resources to name; Lake Formation decides on each',
            },
            {
              actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [optimizerLogs],
            },
          ]),
        },
      ],
    });
    keep(role, removal);
    this.roleArn = role.attrArn;
    if (isKept) return;
    // Not the service's own role, whose policy every location of the account would share.
    const location = new CfnLocation(this, 'Location', {
      resourceArn: `${bucketArn}/${data.slice(0, -1)}`,
      roleArn: role.attrArn,
      useServiceLinkedRole: false,
      hybridAccessEnabled: false,
    });
    keep(location, removal);
  }
}

/** Until somebody destroys it; one that another takes the place of goes as its bucket does. */
function keep({ cfnOptions }: CfnResource, removal: Removal): void {
  cfnOptions.deletionPolicy = deletionPolicy(removal);
  cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
}
