/** What cdk-nag's AwsSolutions pack finds, and why it is as it is. A finding that none of these explains fails a test. */
export const EXPLAINED_FINDINGS: readonly { readonly finding: RegExp; readonly why: string }[] = [
  {
    finding: /^AwsSolutions-S1$/,
    why: 'who reads data goes through Lake Formation, and the audit trail has it; access logs would need a second bucket for each',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    why: 'policyDocument() takes `*` only with a reason beside it: actions that know no resource',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/(data|staging|quarantine|results|journal|landing)\/[\w/-]*\*\]$/,
    why: 'objects below one folder of one bucket: S3 has no narrower form',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<AuditBucket\w+\.Arn>\/\*\]$/,
    why: 'governance reads the whole trail',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<\w+Function\w+\.Arn>:\*\]$/,
    why: 'the versions of one function, and its executions below them',
  },
  {
    finding: /:log-group:(<\w+>:|\/aws-glue\/iceberg-)\*\]$/,
    why: 'the streams of one log group, whose names Lambda makes up; the groups of Glue’s optimizers, which Glue names',
  },
  {
    finding: /:glue:<AWS::Region>:<AWS::AccountId>:table\/opetence_\w+\/(staging_|quarantined_)?\*\]$/,
    why: 'the tables of one product’s own database: those of its runs have names of their own',
  },
  {
    finding:
      /:glue:<AWS::Region>:<AWS::AccountId>:(database\/opetence_\*|(table|userDefinedFunction)\/opetence_\*\/\*)\]$/,
    why: 'databases of the mesh, which come after the registrar and the teams; Lake Formation decides on each',
  },
  {
    finding: /:(cloudformation|lambda|logs|sqs|athena|s3|iam):.*[:/]opetence-\*(\/\*|:\*)?\]$/,
    why: 'what products of the mesh have; they come after the function or the person that looks after all of them',
  },
  {
    finding: /:role\/\*\]$/,
    why: 'whether a role exists is asked of every principal that the lake’s settings name, whoever put it there',
  },
  {
    finding: /:s3:::cdk-\*-assets-<AWS::AccountId>-<AWS::Region>\/\*\]$/,
    why: 'manifests are published by the bootstrap of whichever team deploys',
  },
];
