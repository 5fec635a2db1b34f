import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { athenaBinding } from '../adapters/aws/athena/athena.binding.ts';
import { BUCKET_LAYOUT, busName } from '../adapters/aws/aws.binding.ts';
import { runBusBinding } from '../adapters/aws/bus.binding.ts';
import { runBinding } from '../adapters/aws/run.binding.ts';
import { sourcesBinding } from '../adapters/aws/sources.binding.ts';
import { runStoreBinding } from '../adapters/aws/store.binding.ts';
import { inputPortBinding, stateTableBinding, warehouseBinding } from '../adapters/aws/warehouse/warehouse.binding.ts';
import type { PortInputModel } from '../model/mesh-model.ts';
import { databaseName } from '../model/names.ts';
import { type Bound, bind, bindAll } from './bound.ts';
import type { RunFunctionProps } from './run-function.ts';

/** What the function of a product gets for the adapters that it uses, but for its journal. */
export function bindRun(scope: Construct, props: RunFunctionProps): Bound {
  const { mesh, product, values, bucket, manifest, workgroup } = props;
  const { partition, region, account } = Stack.of(scope);
  const glue = (rest: string) => `arn:${partition}:glue:${region}:${account}:${rest}`;
  const catalogArn = glue('catalog');
  const databaseArn = glue(`database/${product.database}`);
  const tableArn = (database: string, table: string) => glue(`table/${database}/${table}`);
  const inputs = product.inputs.filter((input): input is PortInputModel => input.kind === 'port');
  const providers = [...new Set(inputs.map((input) => input.product))].sort();
  return bindAll([
    bind(runStoreBinding(product.id, providers), { table: values.get('table') }, { tableArn: values.get('tableArn') }),
    bind(runBusBinding, { bus: busName(mesh), mesh }, { busArn: values.get('busArn'), mesh }),
    bind(
      athenaBinding,
      { workGroup: workgroup },
      { workGroupArn: `arn:${partition}:athena:${region}:${account}:workgroup/${workgroup}` },
    ),
    bind(
      warehouseBinding,
      { bucket: bucket.name },
      {
        bucketArn: bucket.arn,
        catalogArn,
        defaultDatabaseArn: glue('database/default'),
        databaseArn,
        tablesArn: glue(`table/${product.database}`),
      },
    ),
    ...product.outputs.map(({ table }) =>
      bind(
        stateTableBinding,
        {},
        {
          catalogArn,
          databaseArn,
          tableArn: tableArn(product.database, table),
          locationArn: `${bucket.arn}/${BUCKET_LAYOUT.data}${table}`,
        },
      ),
    ),
    ...inputs.map(({ product: provider, port }) => {
      const database = databaseName(mesh, ...(provider.split('/') as [string, string]));
      return bind(
        inputPortBinding,
        {},
        { catalogArn, databaseArn: glue(`database/${database}`), tableArn: tableArn(database, port) },
      );
    }),
    bind(sourcesBinding, { bucket: bucket.name }, { bucketArn: bucket.arn }),
    bind(
      runBinding,
      {
        product: product.id,
        manifest: `s3://${manifest.bucket}/${manifest.key}`,
        settleSeconds: String(props.settleSeconds),
      },
      { manifestArn: `arn:${partition}:s3:::${manifest.bucket}/${manifest.key}` },
    ),
  ]);
}
