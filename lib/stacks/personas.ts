import { Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { MeshModel } from '../model/mesh-model.ts';
import { meshArns } from './mesh-arns.ts';
import { pascalCase } from './pascal-case.ts';
import { PersonaRole } from './persona-role.ts';
import type { AllowStatement } from './policy-document.ts';
import { TeamAccess } from './team-access.ts';

/** Duties that every mesh has, besides its teams. */
const PLATFORM = 'platform';
const GOVERNANCE = 'governance';

export interface PersonasProps {
  readonly model: MeshModel;
  /** ARNs of those who may act as a team, by its name. */
  readonly principals: { readonly [persona: string]: readonly string[] };
  /** Of the mesh: results of queries. */
  readonly bucket: Bucket;
  readonly auditBucket: Bucket | undefined;
  readonly tableArn: string;
  readonly registrarArn: string;
  readonly scanLimitBytes: number;
}

/**
 * The roles that people act as: one per team, which queries; `platform`, which looks after runs and the registrar; and
 * `governance`, which sees what is registered, granted and read, and no data. A team of that name has both rights.
 */
export class Personas extends Construct {
  /** ARNs by team. */
  readonly teamRoles: { readonly [team: string]: string };

  constructor(scope: Construct, id: string, props: PersonasProps) {
    super(scope, id);
    const { model, principals, bucket, scanLimitBytes } = props;
    const duties = new Map([
      [PLATFORM, platformStatements(this, props)],
      [GOVERNANCE, governanceStatements(props)],
    ]);
    const teams = model.teams.map((team): [string, string] => {
      const { roleArn } = new TeamAccess(this, `${pascalCase(team.name)}Team`, {
        mesh: model.name,
        team,
        principals: principals[team.name] ?? [],
        bucket,
        scanLimitBytes,
        more: duties.get(team.name),
      });
      duties.delete(team.name);
      return [team.name, roleArn];
    });
    for (const [persona, statements] of duties) {
      new PersonaRole(this, pascalCase(persona), {
        mesh: model.name,
        persona,
        description: `Duty of the mesh ${model.name}: ${persona}`,
        principals: principals[persona] ?? [],
        statements,
      });
    }
    this.teamRoles = Object.fromEntries(teams);
  }
}

function platformStatements(scope: Construct, { model, tableArn, registrarArn }: PersonasProps): AllowStatement[] {
  const { functions, logs, queues } = meshArns(Stack.of(scope), model.name);
  return [
    { actions: ['lambda:InvokeFunction'], resources: [registrarArn] },
    {
      actions: [
        'lambda:GetDurableExecution',
        'lambda:GetDurableExecutionHistory',
        'lambda:GetFunctionConfiguration',
        'lambda:ListDurableExecutionsByFunction',
        'lambda:StopDurableExecution',
      ],
      resources: [functions, `${functions}:*`],
    },
    {
      actions: ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:GetQueryResults', 'logs:StartQuery'],
      resources: [logs],
    },
    // Not to move messages: SQS does so only between queues, and these come from Lambda and EventBridge.
    { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], resources: [queues] },
    ...readTable(tableArn),
  ];
}

function governanceStatements({ tableArn, auditBucket }: PersonasProps): AllowStatement[] {
  const audit: AllowStatement[] = auditBucket
    ? [
        { actions: ['s3:ListBucket'], resources: [auditBucket.bucketArn] },
        { actions: ['s3:GetObject'], resources: [auditBucket.arnForObjects('*')] },
      ]
    : [];
  return [
    {
      actions: [
        'lakeformation:GetDataLakeSettings',
        'lakeformation:GetResourceLFTags',
        'lakeformation:ListDataCellsFilter',
        'lakeformation:ListLFTags',
        'lakeformation:ListPermissions',
        'lakeformation:ListResources',
      ],
      resources: ['*'],
      why: 'Lake Formation has no resources to name',
    },
    ...readTable(tableArn),
    ...audit,
  ];
}

function readTable(tableArn: string): AllowStatement[] {
  return [{ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [tableArn, `${tableArn}/index/by-time`] }];
}
