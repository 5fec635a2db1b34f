import { Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { privateBucket } from './private-bucket.ts';
import type { Removal } from './removal.ts';

export interface AuditTrailProps {
  readonly mesh: string;
  readonly removal: Removal;
}

const KEEP_DAYS = 400;

/** Who read what: CloudTrail's management events, in which Lake Formation tells every `GetDataAccess`. */
export class AuditTrail extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { mesh, removal }: AuditTrailProps) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    this.bucket = privateBucket(this, 'Bucket', { removal, expireAfterDays: KEEP_DAYS });
    const name = `${mesh}-audit`;
    const trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`;
    const service = new ServicePrincipal('cloudtrail.amazonaws.com');
    const byTheTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [service],
        actions: ['s3:GetBucketAcl'],
        resources: [this.bucket.bucketArn],
        conditions: byTheTrail,
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [service],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(`AWSLogs/${account}/*`)],
        conditions: byTheTrail,
      }),
    );
    const trail = new CfnTrail(this, 'Trail', {
      trailName: name,
      isLogging: true,
      s3BucketName: this.bucket.bucketName,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      isMultiRegionTrail: false,
    });
    trail.node.addDependency(this.bucket.policy!);
  }
}
