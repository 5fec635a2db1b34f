import { CfnResource, DefaultStackSynthesizer, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MeshError } from '../model/mesh-error.ts';
import { SERVICE_TIMEOUT } from './registrar.ts';

export interface LakeSettingsProps {
  readonly mesh: string;
  readonly registrarArn: string;
  readonly registrarRoleArn: string;
  /** Besides the deployment's role and the registrar. */
  readonly admins: readonly string[];
  /** ARNs by team. */
  readonly teamRoles: { readonly [team: string]: string };
}

/**
 * Makes the deployment's role and the registrar admins of the lake, and closes it to IAM's defaults. Through the
 * registrar, which merges: CloudFormation's own resource writes the account's settings whole, and other admins are gone.
 *
 * The keys of LF-Tags (`mesh`, `domain`, `product`, `classification`) belong to all meshes of an account, so no stack
 * can own them: the registrar makes sure that they, and the values it needs, are there.
 */
export class LakeSettings extends Construct {
  constructor(scope: Construct, id: string, props: LakeSettingsProps) {
    super(scope, id);
    const { mesh, registrarArn, registrarRoleArn, admins, teamRoles } = props;
    new CfnResource(this, 'Settings', {
      type: 'Custom::DataLakeSettings',
      properties: {
        ServiceToken: registrarArn,
        ServiceTimeout: SERVICE_TIMEOUT,
        Mesh: mesh,
        Admins: [...deploymentRoles(this, admins), registrarRoleArn, ...admins],
        TeamRoles: teamRoles,
      },
    });
  }
}

/** The role that CloudFormation deploys with, as the synthesizer knows it, of any qualifier. */
function deploymentRoles(scope: Construct, admins: readonly string[]): string[] {
  const { synthesizer } = Stack.of(scope);
  const arn = synthesizer instanceof DefaultStackSynthesizer ? synthesizer.cloudFormationExecutionRoleArn : undefined;
  if (arn !== undefined) return [arn.includes('${') ? Fn.sub(arn) : arn];
  if (admins.length > 0) return [];
  throw new MeshError({
    code: 'no-admin',
    message: 'the synthesizer of this app names no role that deploys, so nobody would be an admin of the lake',
    fix: 'use the default synthesizer, or name the ARN of the role that deploys in `admins`',
  });
}
