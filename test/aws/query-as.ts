import { setTimeout as pause } from 'node:timers/promises';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** Values as Athena's API gives them: texts and nulls, by column. */
export type TextRow = { readonly [column: string]: string | null };

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A session of a role, as a person of that team gets one. */
export async function assumeRole(roleArn: string): Promise<Credentials> {
  const { Credentials: got } = await new STSClient({}).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'analyst' }),
  );
  return { accessKeyId: got!.AccessKeyId!, secretAccessKey: got!.SecretAccessKey!, sessionToken: got!.SessionToken! };
}

/** Runs one statement through Athena's API and gives all its rows; throws Athena's words when it fails. */
export async function queryAs(
  credentials: Credentials | undefined,
  workGroup: string,
  sql: string,
): Promise<readonly TextRow[]> {
  const client = new AthenaClient({ credentials });
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: workGroup }),
  );
  for (;;) {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === 'SUCCEEDED') break;
    if (State === 'FAILED' || State === 'CANCELLED') throw new Error(StateChangeReason ?? State);
    await pause(20);
  }
  const rows: TextRow[] = [];
  let columns: string[] | undefined;
  let token: string | undefined;
  do {
    const page = await client.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken: token }));
    const values = page.ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue ?? null));
    columns ??= values.shift() as string[];
    const names = columns;
    rows.push(...values.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]))));
    token = page.NextToken;
  } while (token);
  return rows;
}
