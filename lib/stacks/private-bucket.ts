import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type Removal, removalPolicy } from './removal.ts';

export interface PrivateBucketProps {
  readonly removal: Removal;
  /** @default objects stay */
  readonly expireAfterDays?: number;
}

/** A bucket of the mesh itself: private, over TLS only. */
export function privateBucket(scope: Construct, id: string, { removal, expireAfterDays }: PrivateBucketProps): Bucket {
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: removalPolicy(removal),
    // CloudFormation deletes only empty buckets.
    autoDeleteObjects: removal === 'destroy',
    lifecycleRules: [
      {
        abortIncompleteMultipartUploadAfter: Duration.days(7),
        ...(expireAfterDays !== undefined && { expiration: Duration.days(expireAfterDays) }),
      },
    ],
  });
}
