import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetTableCommand, GlueClient, paginateGetDatabases } from '@aws-sdk/client-glue';
import {
  GetDataLakeSettingsCommand,
  LakeFormationClient,
  type PrincipalResourcePermissions,
  paginateListPermissions,
} from '@aws-sdk/client-lakeformation';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';

/** What stands in the account of this process, asked as its root. */
export async function stackStatus(StackName: string): Promise<string | undefined> {
  try {
    const { Stacks } = await new CloudFormationClient().send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus;
  } catch (thrown) {
    if ((thrown as Error).name === 'ValidationError') return undefined;
    throw thrown;
  }
}

/** Names of buckets that begin so. */
export async function bucketsOf(prefix: string): Promise<string[]> {
  const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand());
  return Buckets.map(({ Name }) => Name!).filter((name) => name.startsWith(prefix));
}

export async function databases(): Promise<string[]> {
  const names: string[] = [];
  for await (const { DatabaseList = [] } of paginateGetDatabases({ client: new GlueClient() }, {})) {
    names.push(...DatabaseList.map(({ Name }) => Name!));
  }
  return names;
}

export async function columnsOf(DatabaseName: string, Name: string): Promise<string[]> {
  const { Table } = await new GlueClient().send(new GetTableCommand({ DatabaseName, Name }));
  return Table!.StorageDescriptor!.Columns!.map((column) => column.Name!);
}

/** Who holds what on a database, its tables and their filters. */
export async function permissionsOn(database: string): Promise<PrincipalResourcePermissions[]> {
  const found: PrincipalResourcePermissions[] = [];
  for await (const page of paginateListPermissions({ client: new LakeFormationClient() }, {})) {
    found.push(...(page.PrincipalResourcePermissions ?? []));
  }
  return found.filter(({ Resource }) => JSON.stringify(Resource).includes(`"${database}"`));
}

/** ARNs of the data lake's admins. */
export async function lakeAdmins(): Promise<string[]> {
  const { DataLakeSettings } = await new LakeFormationClient().send(new GetDataLakeSettingsCommand());
  return DataLakeSettings!.DataLakeAdmins!.map((admin) => admin.DataLakePrincipalIdentifier!);
}

/** What a CLI said, without the line breaks that it makes within sentences. */
export function inOneLine(output: string): string {
  return output.replaceAll(/\s+/g, ' ');
}
