import type { S3Client } from '@aws-sdk/client-s3';
import { metadataText } from '../warehouse/iceberg-file.ts';
import type { IcebergColumns, IcebergField } from './iceberg-schema.ts';

/** What a table's current metadata file says of it. */
export interface IcebergMetadata extends IcebergColumns {
  readonly schemaId: number;
  readonly properties: { readonly [name: string]: string };
}

interface MetadataFile {
  readonly 'current-schema-id': number;
  readonly 'last-column-id': number;
  readonly schemas: readonly { readonly 'schema-id': number; readonly fields: readonly IcebergField[] }[];
  readonly properties?: { readonly [name: string]: string };
}

/** Reads a metadata file; Glue's own columns have neither ids of nested values nor the table's properties. */
export async function readMetadata(s3: S3Client, location: string): Promise<IcebergMetadata> {
  const file = JSON.parse(await metadataText(s3, location)) as MetadataFile;
  const schema = file.schemas.find((each) => each['schema-id'] === file['current-schema-id']);
  return {
    fields: schema?.fields ?? [],
    lastColumnId: file['last-column-id'],
    schemaId: file['current-schema-id'],
    properties: file.properties ?? {},
  };
}
