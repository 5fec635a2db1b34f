import { Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { TeamDeclaration } from '../model/define-mesh.ts';
import { AthenaWorkgroup } from './athena-workgroup.ts';
import { PersonaRole } from './persona-role.ts';
import type { AllowStatement } from './policy-document.ts';

export interface TeamAccessProps {
  readonly mesh: string;
  readonly team: TeamDeclaration;
  readonly principals: readonly string[];
  /** Where results of its queries go, below `results/<team>/`. */
  readonly bucket: Bucket;
  readonly scanLimitBytes: number;
  /** What it may besides query. @default nothing */
  readonly more?: readonly AllowStatement[];
}

/** A team's role and its workgroup. What it sees of the data, Lake Formation says: by grants, not by this. */
export class TeamAccess extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: TeamAccessProps) {
    super(scope, id);
    const { mesh, team, principals, bucket, scanLimitBytes, more = [] } = props;
    const results = `results/${team.name}/`;
    const { workgroup } = new AthenaWorkgroup(this, 'Queries', {
      name: teamWorkgroup(mesh, team.name),
      description: `Queries of the team ${team.name}`,
      scanLimitBytes,
      results: `s3://${bucket.bucketName}/${results}`,
    });
    const { partition, region, account } = Stack.of(this);
    const here = `${region}:${account}`;
    const role = new PersonaRole(this, 'Persona', {
      mesh,
      persona: team.name,
      description: team.description,
      principals,
      statements: [
        ...queryStatements(mesh, `arn:${partition}`, here, workgroup.ref),
        ...resultStatements(bucket, results),
        ...more,
      ],
    });
    this.roleArn = role.roleArn;
  }
}

/** The workgroup that a team's queries run in. */
function teamWorkgroup(mesh: string, team: string): string {
  return `${mesh}-team-${team}`;
}

function queryStatements(mesh: string, arn: string, here: string, workgroup: string): AllowStatement[] {
  const databases = `${mesh.replaceAll('-', '_')}_*`;
  return [
    {
      actions: [
        'athena:BatchGetQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetWorkGroup',
        'athena:ListQueryExecutions',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      resources: [`${arn}:athena:${here}:workgroup/${workgroup}`],
    },
    {
      actions: [
        'athena:GetDataCatalog',
        'athena:GetDatabase',
        'athena:GetTableMetadata',
        'athena:ListDatabases',
        'athena:ListTableMetadata',
      ],
      resources: [`${arn}:athena:${here}:datacatalog/AwsDataCatalog`],
    },
    {
      actions: ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'],
      resources: ['*'],
      why: 'lists have no resources to name',
    },
    {
      actions: [
        'glue:GetDatabase',
        'glue:GetDatabases',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:GetTable',
        'glue:GetTables',
      ],
      resources: [
        `${arn}:glue:${here}:catalog`,
        // Athena asks for it whatever is queried.
        `${arn}:glue:${here}:database/default`,
        `${arn}:glue:${here}:database/${databases}`,
        `${arn}:glue:${here}:table/${databases}/*`,
      ],
    },
    {
      actions: ['lakeformation:GetDataAccess'],
      resources: ['*'],
      why: 'it has no resources to name; Lake Formation decides on each by its grants',
    },
  ];
}

function resultStatements(bucket: Bucket, results: string): AllowStatement[] {
  return [
    // No condition narrows these to a prefix: the requests have none that IAM knows.
    { actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'], resources: [bucket.bucketArn] },
    {
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`${results}*`] } },
    },
    {
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [bucket.arnForObjects(`${results}*`)],
    },
  ];
}
