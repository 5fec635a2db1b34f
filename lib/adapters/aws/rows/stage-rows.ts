import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { MeshError } from '../../../model/mesh-error.ts';
import { RECORDED_AT } from '../../../model/names.ts';
import type { DataRow, StagedPort, StageRequest } from '../../../ports/warehouse.ts';
import { removePrefix, stagingPrefix, stagingTable } from '../warehouse/staging.ts';
import { createParquetFiles } from './parquet-writer.ts';
import { createWireTable } from './wire-table.ts';

export interface StageRowsContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly bucket: string;
}

/** Writes rows as they come, each port's into files of bounded size, and makes a table of each port's files. */
export async function stageRows(
  { s3, glue, bucket }: StageRowsContext,
  { product, runId, recordedAt }: StageRequest,
  rows: AsyncIterable<{ port: string; row: DataRow }>,
): Promise<StagedPort[]> {
  const recorded = { name: RECORDED_AT, type: { kind: 'timestamp' } } as const;
  const recordedText = recordedAt.replace('T', ' ').replace('Z', '');
  const ports = new Map(
    product.outputs.map(({ name, fields }) => {
      const all = [...fields, recorded];
      const prefix = stagingPrefix(runId, name);
      return [name, { prefix, fields: all, files: createParquetFiles(s3, { bucket, prefix, fields: all }) }];
    }),
  );
  for (const { prefix } of ports.values()) await removePrefix(s3, bucket, prefix);
  for await (const { port, row } of rows) {
    const files = ports.get(port)?.files ?? unknownPort(product.id, port);
    if (files.add({ ...row, [RECORDED_AT]: recordedText })) await files.flush();
  }
  const staged: StagedPort[] = [];
  for (const [port, { prefix, fields, files }] of ports) {
    const written = await files.end();
    const [table, location] = [stagingTable(runId, port), `s3://${bucket}/${prefix}`];
    await createWireTable(glue, { database: product.database, table, location, fields });
    staged.push({ port, rows: written.rows, snapshot: [table, location] });
  }
  return staged;
}

function unknownPort(product: string, port: string): never {
  const message = `a row for \`${port}\` is for no output port of the product`;
  throw new MeshError({ code: 'wrong-row', message, where: { product, port }, fix: 'yield rows as the contract says' });
}
