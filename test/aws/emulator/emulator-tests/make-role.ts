import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { actAs } from '../../act-as.ts';
import type { Credentials } from '../../query-as.ts';

let made = 0;

/** A statement of a policy: `Allow` unless it says otherwise. */
export interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** A role with these statements, trusted by Lambda unless told, and a session of it. */
export async function makeRole(
  statements: readonly Statement[],
  trusted: object = { Service: 'lambda.amazonaws.com' },
): Promise<{ readonly arn: string; readonly credentials: Credentials }> {
  const iam = new IAMClient({});
  const RoleName = `role-${++made}-${Date.now().toString(36)}`;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy([{ Action: 'sts:AssumeRole', Principal: trusted } as unknown as Statement]),
    }),
  );
  if (statements.length > 0) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: policy(statements) }));
  }
  return { arn: Role!.Arn!, credentials: await actAs(Role!.Arn!) };
}

const policy = (statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) });
