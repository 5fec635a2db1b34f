import { Stack } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type AllowStatement, policyDocument } from './policy-document.ts';

export interface PersonaRoleProps {
  readonly mesh: string;
  /** Such as `governance`, or a team's name. */
  readonly persona: string;
  readonly description: string;
  /** ARNs of those who may be it; none: whoever of the account carries the tag `<mesh>-team` with its name. */
  readonly principals: readonly string[];
  readonly statements: readonly AllowStatement[];
}

/** The role that people of one team, or with one duty, act as. */
export class PersonaRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { mesh, persona, description, principals, statements }: PersonaRoleProps) {
    super(scope, id);
    const { partition, account } = Stack.of(this);
    const trust =
      principals.length > 0
        ? { Principal: { AWS: principals } }
        : {
            Principal: { AWS: `arn:${partition}:iam::${account}:root` },
            Condition: { StringEquals: { [`aws:PrincipalTag/${mesh}-team`]: persona } },
          };
    const role = new CfnRole(this, 'Role', {
      description: asRoleDescription(description),
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust }],
      },
    });
    // Beside the role, because a policy may name what was told of the role: the registrar.
    new CfnPolicy(this, 'Policy', {
      policyName: 'Allowed',
      policyDocument: policyDocument(statements),
      roles: [role.ref],
    });
    this.roleArn = role.attrArn;
  }
}

/** IAM takes 1,000 characters of Latin-1 there, and refuses a role with a dash or an apostrophe from beyond. */
function asRoleDescription(text: string): string {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐-―]/g, '-')
    .replace(/[^\t\n\r\x20-\x7e\xa1-\xff]/gu, '?')
    .slice(0, 1_000);
}
