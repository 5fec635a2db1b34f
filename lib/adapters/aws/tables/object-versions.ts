import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { MeshError } from '../../../model/mesh-error.ts';

/** Some key under a prefix, if there is any. */
export async function findObject(s3: S3Client, bucket: string, prefix: string): Promise<string | undefined> {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
  return page.Contents?.[0]?.Key;
}

/** Deletes every version of every object under a prefix, for good. */
export async function deleteObjects(s3: S3Client, bucket: string, prefix: string): Promise<void> {
  for (;;) {
    // What was listed is deleted, so the first page is always the next one.
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }));
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }): ObjectIdentifier => ({ Key, VersionId }),
    );
    if (objects.length === 0) return;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const failed = Errors[0];
    if (!failed) continue;
    throw new MeshError({
      code: 'not-deleted',
      kind: 'retry',
      message: `${Errors.length} objects of \`${bucket}\` can't be deleted, such as \`${failed.Key}\`: ${failed.Message ?? failed.Code}`,
      fix: 'see whether a policy or a lock of the bucket holds them, and try again',
    });
  }
}
