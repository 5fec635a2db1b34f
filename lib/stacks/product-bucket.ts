import { CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BUCKET_LAYOUT } from '../adapters/aws/aws.binding.ts';
import { deletionPolicy, type Removal } from './removal.ts';

/** How long what a run leaves behind is kept. */
const EXPIRE_AFTER_DAYS = { staging: 7, journal: 30, results: 30, quarantine: 90 } as const;

export interface ProductBucketProps {
  readonly removal: Removal;
  /** A bucket that an earlier deployment kept: taken as it is, with the settings and the policy that it kept. */
  readonly kept?: string;
}

/** Where a product's drops, tables and runs' files are: private, over TLS only; drops are announced on the default bus. */
export class ProductBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { removal, kept }: ProductBucketProps) {
    super(scope, id);
    if (kept !== undefined) {
      this.name = kept;
      this.arn = `arn:${Stack.of(this).partition}:s3:::${kept}`;
      return;
    }
    const bucket = new CfnBucket(this, 'Bucket', {
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      // The L2's own way brings a custom resource into every stack.
      notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
      lifecycleConfiguration: {
        rules: [
          { id: 'uploads', status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
          ...Object.entries(EXPIRE_AFTER_DAYS).map(([folder, days]) => ({
            id: folder,
            status: 'Enabled',
            prefix: BUCKET_LAYOUT[folder as keyof typeof EXPIRE_AFTER_DAYS],
            expirationInDays: days,
          })),
        ],
      },
    });
    const policy = new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: onlyOverTls(bucket.attrArn),
    });
    // A bucket that stays, stays as private as it was.
    for (const { cfnOptions } of [bucket, policy]) {
      cfnOptions.deletionPolicy = deletionPolicy(removal);
      cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
    this.name = bucket.ref;
    this.arn = bucket.attrArn;
  }
}

/** Refuses whoever speaks to the bucket in the clear. */
function onlyOverTls(bucketArn: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
