import { AlreadyExistsException, CreateTableCommand, type GlueClient } from '@aws-sdk/client-glue';
import type { FieldModel } from '../../../model/mesh-model.ts';
import { glueType } from '../glue-type.ts';
import { dropTable } from '../warehouse/staging.ts';
import { wireType } from '../wire-type.ts';

export interface WireTable {
  readonly database: string;
  readonly table: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  readonly fields: readonly Pick<FieldModel, 'name' | 'type'>[];
  readonly parameters?: { readonly [name: string]: string };
}

const HIVE_PARQUET = 'org.apache.hadoop.hive.ql.io.parquet';

/** Makes Parquet files in wire types a table for Athena, in place of what an earlier attempt left under its name. */
export async function createWireTable(glue: GlueClient, options: WireTable): Promise<void> {
  const { database, table, location, fields, parameters = {} } = options;
  const command = new CreateTableCommand({
    DatabaseName: database,
    TableInput: {
      Name: table,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', classification: 'parquet', ...parameters },
      StorageDescriptor: {
        Location: location,
        Columns: fields.map(({ name, type }) => ({ Name: name, Type: glueType(wireType(type)) })),
        InputFormat: `${HIVE_PARQUET}.MapredParquetInputFormat`,
        OutputFormat: `${HIVE_PARQUET}.MapredParquetOutputFormat`,
        SerdeInfo: { SerializationLibrary: `${HIVE_PARQUET}.serde.ParquetHiveSerDe` },
      },
    },
  });
  await dropTable(glue, database, table);
  try {
    await glue.send(command);
  } catch (thrown) {
    if (!(thrown instanceof AlreadyExistsException)) throw thrown;
    await dropTable(glue, database, table);
    await glue.send(command);
  }
}
