import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { GrantPermissionsCommand, LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createAthena } from '../../../lib/adapters/aws/athena/athena.ts';
import { BUCKET_LAYOUT } from '../../../lib/adapters/aws/aws.binding.ts';
import { createRows } from '../../../lib/adapters/aws/rows/create-rows.ts';
import { provisionTables } from '../../../lib/adapters/aws/tables/provision-tables.ts';
import { removeTables } from '../../../lib/adapters/aws/tables/remove-tables.ts';
import { createWarehouse } from '../../../lib/adapters/aws/warehouse/warehouse.aws.ts';
import type { WarehouseContext, WarehouseRows } from '../../../lib/adapters/aws/warehouse/warehouse-context.ts';
import type { ProductModel } from '../../../lib/model/mesh-model.ts';
import type { Warehouse } from '../../../lib/ports/warehouse.ts';

const WORK_GROUP = 'conformance';
let places = 0;

/** An account that nobody else uses: the emulator takes the access key for its id. */
function ownAccount(): string {
  places += 1;
  return String(200_000_000_000 + process.pid * 10_000 + places);
}

/** What the rows' side of a warehouse is made with. */
export interface WarehousePlace extends Omit<WarehouseContext, 'rows'> {
  readonly account: string;
  readonly bucket: string;
  /** Makes a file land, relative to where drops land. */
  land(path: string, content: string | Uint8Array): Promise<void>;
  /** A warehouse over the place's state that shares nothing else with others. */
  open(rows?: WarehouseRows): Warehouse;
}

/** A bucket, a workgroup and the right to everything; states are made when something is staged. */
export async function createWarehousePlace(account = ownAccount()): Promise<WarehousePlace> {
  const options = { credentials: { accessKeyId: account, secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const glue = new GlueClient(options);
  const lakeFormation = new LakeFormationClient(options);
  const client = new AthenaClient(options);
  const bucket = `place-${account}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  /** Each product has a bucket of its own; drops land in that of `scans`. */
  const bucketOf = ({ name }: ProductModel) => (name === 'scans' ? bucket : `${bucket}-${name}`);
  const OutputLocation = `s3://${bucket}/${BUCKET_LAYOUT.results}`;
  // `CREATE TABLE AS` says where its rows go, which a workgroup that enforces its own place refuses.
  const Configuration = { EnforceWorkGroupConfiguration: false, ResultConfiguration: { OutputLocation } };
  await client.send(new CreateWorkGroupCommand({ Name: WORK_GROUP, Configuration }));
  const root = `arn:aws:iam::${account}:root`;
  const tables = { mesh: 'opetence', account, glue, s3, lakeFormation, registrarRoleArn: root };
  const where = (product: ProductModel) => ({ bucket: bucketOf(product), locationRoleArn: root });
  const provision = async (product: ProductModel) => {
    await s3.send(new CreateBucketCommand({ Bucket: bucketOf(product) })).catch((thrown) => {
      if (thrown.name !== 'BucketAlreadyOwnedByYou') throw thrown;
    });
    await provisionTables(tables, product, where(product));
    const Resource = { Table: { DatabaseName: product.database, TableWildcard: {} } };
    const Principal = { DataLakePrincipalIdentifier: root };
    await lakeFormation.send(new GrantPermissionsCommand({ Principal, Resource, Permissions: ['ALL'] }));
  };
  const context = {
    athena: createAthena({ client, workGroup: WORK_GROUP }),
    glue,
    s3,
    place: async (product: ProductModel) => ({ bucket: bucketOf(product) }),
    // Nobody holds grants here, so that what a binding says is all there is.
    rowFilters: 'statement',
  } as const;
  return {
    ...context,
    account,
    bucket,
    async land(path, content) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${BUCKET_LAYOUT.landing}${path}`, Body: content }));
    },
    open(rows = productRows(context, bucket, bucketOf)) {
      const remove = (product: ProductModel) => removeTables(tables, product, where(product));
      const warehouse = createWarehouse({ ...context, rows, provision, remove });
      const provisioned = new Set<string>();
      // As a deployment does before the first run.
      const deployed = async (product: ProductModel) => {
        if (provisioned.has(product.id)) return;
        await provision(product);
        provisioned.add(product.id);
      };
      return {
        ...warehouse,
        async stageSql(request) {
          await deployed(request.product);
          return warehouse.stageSql(request);
        },
        async stageRows(request, each) {
          await deployed(request.product);
          return warehouse.stageRows(request, each);
        },
      };
    },
  };
}

/** Rows of every product, each in its own bucket, as the function of each has them. */
function productRows(
  context: Pick<WarehouseContext, 'athena' | 'glue' | 's3' | 'rowFilters'>,
  bucket: string,
  bucketOf: (product: ProductModel) => string,
): WarehouseRows {
  const rowsOf = (product: ProductModel) =>
    createRows({ ...context, bucket: bucketOf(product), database: product.database });
  return {
    stageRows: (request, rows) => rowsOf(request.product).stageRows(request, rows),
    readRows: (binding, orderBy) => createRows({ ...context, bucket, database: 'default' }).readRows(binding, orderBy),
    landedSelect: (product, runId, binding) => rowsOf(product).landedSelect(product, runId, binding),
  };
}
