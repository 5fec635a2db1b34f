import type { GlueClient } from '@aws-sdk/client-glue';
import type { LakeFormationClient } from '@aws-sdk/client-lakeformation';
import type { S3Client } from '@aws-sdk/client-s3';

/** What the keeper of tables works with. */
export interface TablesContext {
  readonly mesh: string;
  readonly account: string;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly lakeFormation: LakeFormationClient;
  /** The role that makes the tables; it gives itself the rights to. */
  readonly registrarRoleArn: string;
}

/** Where a product's data is. */
export interface TablesPlace {
  readonly bucket: string;
  /** Reads and writes the data for Lake Formation and for the tables' upkeep. */
  readonly locationRoleArn: string;
}

/** By these a database says whose it is. */
export const DATABASE_MARKERS = { mesh: 'cdk-data-mesh:mesh', product: 'cdk-data-mesh:product' } as const;
/** By this a table says whose it is; it is in Iceberg's own metadata, which every writer keeps. */
export const TABLE_MARKER = 'cdk-data-mesh.product';
