import { setTimeout as pause } from 'node:timers/promises';
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetTableCommand,
  GlueClient,
  type Table,
} from '@aws-sdk/client-glue';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GrantPermissionsCommand,
  LakeFormationClient,
  type Permission,
  type Resource,
  RevokePermissionsCommand,
} from '@aws-sdk/client-lakeformation';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { assumeRole, type Credentials } from '../../query-as.ts';

export const ROOT = 'arn:aws:iam::000000000000:root';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' }],
});
export type Values = readonly (string | null)[];

/** A bucket, a database and a workgroup of a test's own, and statements on them. */
export class Lake {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly lakeFormation = new LakeFormationClient({});
  readonly s3 = new S3Client({ forcePathStyle: true });

  private constructor(
    /** The bucket, the database and the workgroup are called so. */
    readonly name: string,
    credentials?: Credentials,
  ) {
    this.athena = new AthenaClient({ credentials });
    this.glue = new GlueClient({ credentials });
  }

  static async create(prefix: string): Promise<Lake> {
    const lake = new Lake(`${prefix}_${Math.random().toString(36).slice(2, 8)}`);
    await lake.s3.send(new CreateBucketCommand({ Bucket: lake.bucket }));
    await lake.glue.send(
      new CreateDatabaseCommand({ DatabaseInput: { Name: lake.name, CreateTableDefaultPermissions: [] } }),
    );
    // Else everybody may do everything with it, until the account's settings are closed.
    await lake.lakeFormation.send(
      new RevokePermissionsCommand({
        Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' },
        Resource: { Database: { Name: lake.name } },
        Permissions: ['ALL'],
      }),
    );
    await lake.athena.send(
      new CreateWorkGroupCommand({
        Name: lake.name,
        Configuration: {
          EnforceWorkGroupConfiguration: false,
          ResultConfiguration: { OutputLocation: `s3://${lake.bucket}/results/` },
        },
      }),
    );
    return lake;
  }

  get bucket(): string {
    return this.name.replaceAll('_', '-');
  }

  /** The same, as a new role sees it. */
  async as(actions: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[]) {
    const iam = new IAMClient({});
    const RoleName = `${this.name}-${Math.random().toString(36).slice(2, 8)}`;
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    const Statement = actions.map((each) => ({ Effect: 'Allow', Action: each.actions, Resource: each.resources }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    if (actions.length > 0) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
    return { lake: new Lake(this.name, await assumeRole(Role!.Arn!)), arn: Role!.Arn! };
  }

  async grant(principal: string, resource: Resource, ...permissions: readonly Permission[]): Promise<void> {
    const Principal = { DataLakePrincipalIdentifier: principal };
    await this.lakeFormation.send(
      new GrantPermissionsCommand({ Principal, Resource: resource, Permissions: [...permissions] }),
    );
  }

  start(
    sql: string,
    more: { readonly ClientRequestToken?: string; readonly WorkGroup?: string } = {},
  ): Promise<string> {
    const command = new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: this.name,
      QueryExecutionContext: { Database: this.name },
      ...more,
    });
    return this.athena.send(command).then(({ QueryExecutionId }) => QueryExecutionId!);
  }

  async ended(QueryExecutionId: string): Promise<QueryExecution> {
    for (;;) {
      const { QueryExecution } = await this.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      if (!/QUEUED|RUNNING/.test(QueryExecution!.Status!.State!)) return QueryExecution!;
      await pause(10);
    }
  }

  /** Runs a statement to its end; throws Athena's reason. */
  async run(sql: string): Promise<GetQueryResultsCommandOutput & { readonly execution: QueryExecution }> {
    const QueryExecutionId = await this.start(sql);
    const execution = await this.ended(QueryExecutionId);
    if (execution.Status!.State !== 'SUCCEEDED') throw new Error(execution.Status!.StateChangeReason);
    return { ...(await this.athena.send(new GetQueryResultsCommand({ QueryExecutionId }))), execution };
  }

  /** The rows of a SELECT, without the header. */
  async rows(sql: string): Promise<Values[]> {
    const { ResultSet } = await this.run(sql);
    return ResultSet!.Rows!.slice(1).map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue ?? null));
  }

  /** How many rows a statement changed. */
  async change(sql: string): Promise<number> {
    return (await this.run(sql)).UpdateCount!;
  }

  async table(Name: string): Promise<Table> {
    return (await this.glue.send(new GetTableCommand({ DatabaseName: this.name, Name }))).Table!;
  }

  /** The columns of a table, `name type, …`. */
  async columns(name: string): Promise<string> {
    const { StorageDescriptor } = await this.table(name);
    return StorageDescriptor!.Columns!.map(({ Name, Type }) => `${Name} ${Type}`).join(', ');
  }

  /** Makes an Iceberg table, which root may do everything with. */
  async iceberg(name: string, columns: string): Promise<void> {
    const Columns = columns.split(/, (?![^<(]*[>)])/).map((column) => {
      const [Name, ...type] = column.split(' ');
      return { Name: Name!, Type: type.join(' ') };
    });
    await this.glue.send(
      new CreateTableCommand({
        DatabaseName: this.name,
        TableInput: { Name: name, StorageDescriptor: { Columns, Location: `s3://${this.bucket}/data/${name}` } },
        OpenTableFormatInput: { IcebergInput: { MetadataOperation: 'CREATE', Version: '2' } },
      }),
    );
    await this.grant(ROOT, { Table: { DatabaseName: this.name, Name: name } }, 'ALL');
  }

  async snapshots(table: string): Promise<string[]> {
    return (await this.rows(`SELECT snapshot_id FROM "${table}$snapshots" ORDER BY committed_at`)).map(([id]) => id!);
  }
}
