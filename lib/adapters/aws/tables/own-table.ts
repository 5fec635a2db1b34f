import {
  CreateTableCommand,
  DeleteTableCommand,
  GetTableCommand,
  type IcebergStructField,
  type Table,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { MeshError } from '../../../model/mesh-error.ts';
import type { OutputModel, ProductModel } from '../../../model/mesh-model.ts';
import { BUCKET_LAYOUT } from '../aws.binding.ts';
import { isNamed } from '../lake-formation-retry.ts';
import { type IcebergMetadata, readMetadata } from './iceberg-metadata.ts';
import { evolveColumns, type IcebergColumns, type IcebergField } from './iceberg-schema.ts';
import { findObject } from './object-versions.ts';
import { TABLE_MARKER, type TablesContext, type TablesPlace } from './tables-context.ts';

/** A table of the product, as it is now. */
export interface OwnTable {
  readonly name: string;
  /** Changes with every change of the table. */
  readonly version: string | undefined;
  readonly metadata: IcebergMetadata;
}

/** Where a port's table is. */
export function tableLocation({ bucket }: TablesPlace, table: string): string {
  return `s3://${bucket}/${BUCKET_LAYOUT.data}${table}`;
}

/**
 * The table of a port, or undefined when it can be made.
 *
 * @throws MeshError when something else stands in its place.
 */
export async function findTable(
  context: TablesContext,
  product: ProductModel,
  place: TablesPlace,
  output: OutputModel,
): Promise<OwnTable | undefined> {
  const table = await getTable(context, product, output);
  if (table) return readOwnTable(context, product, place, output, table);
  const prefix = `${BUCKET_LAYOUT.data}${output.table}/`;
  const stray = await findObject(context.s3, place.bucket, prefix);
  if (stray === undefined) return undefined;
  // Somebody may have made the table between the two looks.
  const made = await getTable(context, product, output);
  if (made) return readOwnTable(context, product, place, output, made);
  throw new MeshError({
    code: 'foreign-files',
    kind: 'conflict',
    message: `\`s3://${place.bucket}/${stray}\` lies where the table \`${output.table}\` would be, and no table of this product wrote it`,
    fix: `move or delete what is below \`s3://${place.bucket}/${prefix}\`, or give the product another bucket`,
    where: { product: product.id, port: output.name },
  });
}

async function getTable(
  { glue }: TablesContext,
  product: ProductModel,
  output: OutputModel,
): Promise<Table | undefined> {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: product.database, Name: output.table }));
    return Table;
  } catch (thrown) {
    if (isNamed(thrown, 'EntityNotFoundException')) return undefined;
    throw thrown;
  }
}

async function readOwnTable(
  { s3 }: TablesContext,
  product: ProductModel,
  place: TablesPlace,
  output: OutputModel,
  table: Table,
): Promise<OwnTable> {
  const where = { product: product.id, port: output.name };
  const name = `${product.database}.${output.table}`;
  const location = table.StorageDescriptor?.Location?.replace(/\/$/, '') ?? '';
  const isIceberg = table.Parameters?.table_type?.toUpperCase() === 'ICEBERG';
  const foreign = (why: string) =>
    new MeshError({
      code: 'foreign-table',
      kind: 'conflict',
      message: `the table \`${name}\` exists and ${why}`,
      fix: 'rename the port, or remove the table when nobody needs it',
      where,
    });
  if (!isIceberg || !table.Parameters?.metadata_location) throw foreign('is no Iceberg table');
  const bucket = location.split('/')[2] ?? '';
  if (bucket !== place.bucket) {
    throw new MeshError({
      code: 'foreign-table',
      kind: 'conflict',
      message: `the data of \`${name}\` is in the bucket \`${bucket}\`, kept from an earlier deployment, and not in \`${place.bucket}\``,
      fix: `take it back with \`bucket: '${bucket}'\` of DataProduct (\`-c buckets=${product.id}=${bucket}\`), or remove the table when nobody needs its data`,
      where,
    });
  }
  const metadata = await readMetadata(s3, table.Parameters.metadata_location);
  const owner = metadata.properties[TABLE_MARKER];
  if (owner !== product.id) throw foreign(owner ? `belongs to ${owner}` : 'was not made by this mesh');
  if (location !== tableLocation(place, output.table)) throw foreign(`lies at \`${location}\``);
  return { name: output.table, version: table.VersionId, metadata };
}

/** Makes the table; false when somebody else just did. */
export async function createTable(
  { glue }: TablesContext,
  product: ProductModel,
  place: TablesPlace,
  output: OutputModel,
): Promise<boolean> {
  const { fields } = evolveColumns(output.fields);
  try {
    await glue.send(
      new CreateTableCommand({
        DatabaseName: product.database,
        Name: output.table,
        OpenTableFormatInput: {
          IcebergInput: {
            MetadataOperation: 'CREATE',
            Version: '2',
            CreateIcebergTableInput: {
              Location: tableLocation(place, output.table),
              Schema: { SchemaId: 0, Type: 'struct', Fields: fields.map(glueField) },
              Properties: {
                [TABLE_MARKER]: product.id,
                comment: output.description,
                'format-version': '2',
                'write.format.default': 'parquet',
              },
            },
          },
        },
      }),
    );
    return true;
  } catch (thrown) {
    if (isNamed(thrown, 'AlreadyExistsException')) return false;
    throw thrown;
  }
}

/** Gives the table other columns, unless it changed since it was looked at. */
export async function updateColumns(
  { glue }: TablesContext,
  product: ProductModel,
  place: TablesPlace,
  table: OwnTable,
  columns: IcebergColumns,
): Promise<void> {
  await glue.send(
    new UpdateTableCommand({
      DatabaseName: product.database,
      Name: table.name,
      SkipArchive: true,
      VersionId: table.version,
      UpdateOpenTableFormatInput: {
        UpdateIcebergInput: {
          UpdateIcebergTableInput: {
            Updates: [
              {
                Location: tableLocation(place, table.name),
                Schema: {
                  SchemaId: table.metadata.schemaId + 1,
                  Type: 'struct',
                  Fields: columns.fields.map(glueField),
                },
              },
            ],
          },
        },
      },
    }),
  );
}

export async function deleteTable({ glue }: TablesContext, database: string, name: string): Promise<void> {
  await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: name })).catch((thrown: unknown) => {
    if (!isNamed(thrown, 'EntityNotFoundException')) throw thrown;
  });
}

function glueField({ id, name, required, type, doc }: IcebergField): IcebergStructField {
  // The client's type of a document knows no readonly lists.
  const document = structuredClone(type) as IcebergStructField['Type'];
  return { Id: id, Name: name, Required: required, Type: document, ...(doc !== undefined && { Doc: doc }) };
}
