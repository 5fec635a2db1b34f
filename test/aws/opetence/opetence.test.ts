import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProductModel, SourceInputModel } from '../../../lib/model/mesh-model.ts';
import { RECORDED_AT } from '../../../lib/model/names.ts';
import { actAs } from '../act-as.ts';
import { queryAs } from '../query-as.ts';
import { runCdk } from '../run-cdk.ts';
import { type Account, openAccount } from '../scenarios/account.ts';
import { type DeployedMesh, openDeployed } from '../scenarios/deployed-mesh.ts';
import { until } from '../until.ts';
import { differences } from './compare-rows.ts';
import { buildLocally, type LocalBuild } from './local-build.ts';

/** Drops land within a second: one run of each product reads them all, as one local build does. */
const SETTINGS = ['-c', 'settleSeconds=3'];
const DEPLOY = ['deploy', '--all', '--require-approval', 'never', '--concurrency', '4', ...SETTINGS];

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe('Opetence on AWS', () => {
  let account: Account;
  let local: LocalBuild;
  let deployed: DeployedMesh;

  beforeAll(async () => {
    [account, local] = await Promise.all([openAccount(), buildLocally()]);
  });

  afterAll(async () => {
    await account?.emulator.stop();
    await local?.remove();
  });

  test('deploys with one command', async () => {
    await runCdk(DEPLOY, account.emulator.env);
    deployed = await openDeployed('opetence');
    const registered = (await deployed.registry.list()).map(({ manifest }) => manifest.id);
    expect(registered.sort()).toEqual(local.model.products.map(({ id }) => id).sort());
  });

  test('has no difference to what is declared, and a second deployment changes nothing', async () => {
    const { env } = account.emulator;
    expect(await runCdk(['diff', '--fail', ...SETTINGS], env)).toContain('Number of stacks with differences: 0');
    expect(await runCdk(DEPLOY, env)).not.toMatch(/UPDATE_(IN_PROGRESS|COMPLETE)/);
  });

  test('publishes every product from what lands', async () => {
    const sources = local.model.products.flatMap((product) =>
      product.inputs.flatMap((input) => (input.kind === 'source' ? [{ product, input }] : [])),
    );
    await Promise.all(local.drops.map(({ path, content }) => deployed.land(readerOf(sources, path).id, path, content)));
    await until(
      'every product publishes',
      async () => {
        const registered = await deployed.registry.list();
        return registered.length > 0 && registered.every(({ current }) => current !== undefined);
      },
      240,
    );
  });

  test('holds the same rows as the local build, in every port', async () => {
    const compared = await until(
      'runs come to rest',
      async () => {
        const found = await compareAll();
        return found.length === 0 && ['equal'];
      },
      120,
    ).catch(compareAll);
    expect(compared).toEqual(['equal']);
  });

  test('shows each team the columns and rows it was granted, and refuses everything else', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const wrong: string[] = [];
    for (const { name: team } of local.model.teams) {
      for (const product of local.model.products) {
        for (const output of product.outputs) {
          const where = `${team} on ${product.id}/${output.name}`;
          const all = output.fields.map(({ name }) => name);
          const grants = output.grants.filter(({ to, until }) => to === team && (until ?? today) >= today);
          const seen = await deployed
            .query(team, `SELECT * FROM "${product.database}"."${output.table}"`)
            .catch((error: Error) => error);
          if (product.owner.team === team) {
            if (seen instanceof Error) wrong.push(`${where}, its own: ${seen.message}`);
          } else if (grants.length === 0) {
            if (!(seen instanceof Error)) wrong.push(`${where}: sees ${seen.length} rows that nobody granted`);
            else if (!seen.message.includes('Insufficient')) wrong.push(`${where}: ${seen.message}`);
          } else if (seen instanceof Error) wrong.push(`${where}: ${seen.message}`);
          else {
            const columns = all.filter((name) => grants.some((grant) => grant.columns?.includes(name) ?? true));
            const rows = grants.some((grant) => grant.rows === undefined)
              ? undefined
              : grants.map((grant) => `(${grant.rows})`).join(' OR ');
            const count = await local.count(product, output.name, rows);
            if (seen.length !== count) wrong.push(`${where}: ${seen.length} rows, granted are ${count}`);
            const shown = Object.keys(seen[0] ?? {}).filter((name) => name !== RECORDED_AT);
            if (seen.length > 0 && shown.sort().join() !== columns.sort().join())
              wrong.push(`${where}: columns ${shown}, granted are ${columns}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('lets no team at the files of a product, nor at another team’s workgroup', async () => {
    const role = await deployed.roleOf('analysts');
    const credentials = await actAs(role);
    const bucket = await deployed.bucketOf('users/users');
    const s3 = new S3Client({ credentials, forcePathStyle: true });
    await expect(s3.send(new ListObjectsV2Command({ Bucket: bucket }))).rejects.toThrow(/not authorized|denied/i);
    await expect(queryAs(credentials, 'opetence-team-finances', 'SELECT 1')).rejects.toThrow(/not authorized/);
    await expect(queryAs(credentials, 'opetence-users-users', 'SELECT 1')).rejects.toThrow(/not authorized/);
  });

  test('ends as a whole when somebody says so, and keeps its data', async () => {
    const { env } = account.emulator;
    const buckets = await Promise.all(local.model.products.map(({ id }) => deployed.bucketOf(id)));
    const { FunctionError } = await new LambdaClient().send(
      new InvokeCommand({
        FunctionName: await deployed.parameter('registrarArn'),
        Payload: JSON.stringify({ action: 'retire', product: '*' }),
      }),
    );
    expect(FunctionError).toBeUndefined();
    await runCdk(['destroy', '--all', '--force', ...SETTINGS], env);
    const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand());
    expect(Buckets.map(({ Name }) => Name)).toEqual(expect.arrayContaining(buckets));
    const { StackSummaries = [] } = await new CloudFormationClient().send(new ListStacksCommand());
    const left = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
    expect(left.map(({ StackName }) => StackName)).toEqual(['CDKToolkit']);
  });

  async function compareAll(): Promise<string[]> {
    const found: string[] = [];
    for (const product of local.model.products) {
      for (const { name, table, fields } of product.outputs) {
        const columns = fields.map((field) => `"${field.name}"`).join(', ');
        const sql = `SELECT ${columns} FROM "${product.database}"."${table}"`;
        const theirs = await deployed.query(product.owner.team, sql);
        const different = differences(fields, await local.rows(product, name), theirs);
        found.push(...different.map((each) => `${product.id}/${name}: ${each}`));
      }
    }
    return found;
  }
});

function readerOf(
  sources: readonly { readonly product: ProductModel; readonly input: SourceInputModel }[],
  path: string,
): ProductModel {
  const found = sources.find(({ input }) => path === input.path || path.startsWith(`${input.path}/`));
  if (!found) throw new Error(`no product reads ${path}`);
  return found.product;
}
