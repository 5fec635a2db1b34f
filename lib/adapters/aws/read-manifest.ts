import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import { parseProduct } from '../../model/model-schema.ts';

/**
 * Reads what a stack brought along as its product's manifest.
 *
 * @throws MeshError `manifest-unreadable` when it is not there, no JSON, or no product.
 */
export async function readManifest(s3: S3Client, Bucket: string, Key: string): Promise<ProductModel> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return parseProduct(JSON.parse(await object.Body!.transformToString()));
  } catch (cause) {
    throw new MeshError({
      code: 'manifest-unreadable',
      message: `the manifest \`s3://${Bucket}/${Key}\` can't be read: ${cause instanceof Error ? cause.message : cause}`,
      fix: 'deploy again with the version of cdk-data-mesh that the mesh stack was deployed with',
      cause,
    });
  }
}
