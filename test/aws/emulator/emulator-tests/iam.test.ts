import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { CreateTableCommand, DynamoDBClient, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateDatabaseCommand, DeleteDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { LakeFormationClient, RegisterResourceCommand } from '@aws-sdk/client-lakeformation';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRole, type Statement } from './make-role.ts';

const Bucket = `iam-${Date.now().toString(36)}`;
const arn = `arn:aws:s3:::${Bucket}`;
const account = 'us-east-1:000000000000';
const refused = { name: expect.stringMatching(/^AccessDenied/) as unknown as string };

const root = new S3Client({});
beforeAll(async () => {
  await root.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['in/a', 'in/b', 'out/a', 'other'])
    await root.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});

const as = async <Client>(Type: new (options: object) => Client, ...statements: Statement[]): Promise<Client> =>
  new Type({ credentials: (await makeRole(statements)).credentials, maxAttempts: 1 });

describe('in S3', () => {
  test('objects are read where the policy says, and nothing says whether others exist', async () => {
    const s3 = await as(S3Client, { Action: 's3:GetObject', Resource: `${arn}/in/*` });
    await s3.send(new GetObjectCommand({ Bucket, Key: 'in/a' }));
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'other' }))).rejects.toMatchObject(refused);
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'in/none' }))).rejects.toMatchObject(refused);
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'in/a', Body: '' }))).rejects.toMatchObject(refused);
  });

  test('a bucket is listed by its own ARN, and below a prefix when a condition says so', async () => {
    const Condition = { StringLike: { 's3:prefix': 'in/*' } };
    const s3 = await as(S3Client, { Action: 's3:ListBucket', Resource: arn, Condition });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/' }));
    expect(Contents!.map(({ Key }) => Key)).toEqual(['in/a', 'in/b']);
    await expect(s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'out/' }))).rejects.toMatchObject(refused);
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(refused);
    const wrong = await as(S3Client, { Action: 's3:ListBucket', Resource: `${arn}/*` });
    await expect(wrong.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/' }))).rejects.toMatchObject(refused);
  });

  test('a copy also reads its source, and a deletion of many deletes what it may', async () => {
    const s3 = await as(
      S3Client,
      { Action: ['s3:PutObject', 's3:DeleteObject'], Resource: `${arn}/out/*` },
      { Action: 's3:GetObject', Resource: `${arn}/in/*` },
    );
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'out/b', CopySource: `${Bucket}/in/b` }));
    const stolen = new CopyObjectCommand({ Bucket, Key: 'out/c', CopySource: `${Bucket}/other` });
    await expect(s3.send(stolen)).rejects.toMatchObject(refused);
    const Objects = ['out/b', 'other'].map((Key) => ({ Key }));
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted!.map(({ Key }) => Key)).toEqual(['out/b']);
    expect(Errors).toMatchObject([{ Key: 'other', Code: 'AccessDenied' }]);
    await root.send(new GetObjectCommand({ Bucket, Key: 'other' }));
  });

  test('a denial wins', async () => {
    const s3 = await as(
      S3Client,
      { Action: 's3:*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:Get*', Resource: `${arn}/other` },
    );
    await s3.send(new GetObjectCommand({ Bucket, Key: 'in/a' }));
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'other' }))).rejects.toMatchObject(refused);
  });
});

test('a transaction of DynamoDB is the actions of its items, and an index has its own ARN', async () => {
  const TableName = Bucket;
  await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: ['pk', 'g'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by',
          KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const table = `arn:aws:dynamodb:${account}:table/${TableName}`;
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName, Item: { pk: { S: 'a' } } } },
      { ConditionCheck: { TableName, Key: { pk: { S: 'b' } }, ConditionExpression: 'attribute_not_exists(pk)' } },
    ],
  });
  const may = (...actions: string[]) =>
    as(DynamoDBClient, { Action: actions.map((each) => `dynamodb:${each}`), Resource: table });
  await (await may('PutItem', 'ConditionCheckItem')).send(transaction);
  await expect((await may('PutItem', 'TransactWriteItems')).send(transaction)).rejects.toMatchObject(refused);
  const within = async (...keys: string[]) =>
    as(DynamoDBClient, {
      Action: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
      Resource: table,
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': keys } },
    });
  await (await within('a', 'b')).send(transaction);
  await expect((await within('a')).send(transaction)).rejects.toMatchObject(refused);
  const query = new QueryCommand({
    TableName,
    IndexName: 'by',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'a' } },
  });
  await expect((await may('Query')).send(query)).rejects.toMatchObject(refused);
  await (await as(DynamoDBClient, { Action: 'dynamodb:Query', Resource: `${table}/index/by` })).send(query);
});

test('events, parameters and topics are allowed one by one', async () => {
  const events = await as(EventBridgeClient, {
    Action: 'events:PutEvents',
    Resource: `arn:aws:events:${account}:event-bus/default`,
  });
  const entry = { Source: 'a', DetailType: 'b', Detail: '{}' };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
  const elsewhere = new PutEventsCommand({ Entries: [{ ...entry, EventBusName: 'another' }] });
  await expect(events.send(elsewhere)).rejects.toMatchObject(refused);
  await new SSMClient({}).send(new PutParameterCommand({ Name: `/${Bucket}/a`, Value: 'a', Type: 'String' }));
  const Resource = `arn:aws:ssm:${account}:parameter/${Bucket}/a`;
  const ssm = await as(SSMClient, { Action: 'ssm:GetParameter', Resource });
  await ssm.send(new GetParameterCommand({ Name: `/${Bucket}/a` }));
  await expect(ssm.send(new GetParameterCommand({ Name: `/${Bucket}/b` }))).rejects.toMatchObject(refused);
  const publish = new PublishCommand({ TopicArn: `arn:aws:sns:${account}:none`, Message: 'a' });
  await expect((await as(SNSClient)).send(publish)).rejects.toMatchObject(refused);
});

test('an execution of Athena belongs to its workgroup', async () => {
  const { QueryExecutionId } = await new AthenaClient({}).send(
    new StartQueryExecutionCommand({
      QueryString: 'SELECT 1',
      WorkGroup: 'primary',
      ResultConfiguration: { OutputLocation: `s3://${Bucket}/results/` },
    }),
  );
  const of = (group: string) =>
    as(AthenaClient, { Action: 'athena:GetQueryExecution', Resource: `arn:aws:athena:${account}:workgroup/${group}` });
  const ask = new GetQueryExecutionCommand({ QueryExecutionId });
  await (await of('primary')).send(ask);
  await expect((await of('another')).send(ask)).rejects.toMatchObject(refused);
});

test('a database is deleted only by who may delete all that it could hold', async () => {
  const Name = Bucket.replaceAll('-', '_');
  await new GlueClient({}).send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  const own = ['catalog', `database/${Name}`, `table/${Name}/*`].map((each) => `arn:aws:glue:${account}:${each}`);
  const may = (...resources: string[]) => as(GlueClient, { Action: 'glue:DeleteDatabase', Resource: resources });
  const remove = new DeleteDatabaseCommand({ Name });
  await expect((await may(...own)).send(remove)).rejects.toMatchObject(refused);
  await (await may(...own, `arn:aws:glue:${account}:userDefinedFunction/${Name}/*`)).send(remove);
});

test('a role is handed to a service only by who may pass it', async () => {
  const { arn: RoleArn } = await makeRole([], { Service: 'lakeformation.amazonaws.com' });
  const register = new RegisterResourceCommand({ ResourceArn: `${arn}/in`, RoleArn });
  const action = { Action: 'lakeformation:RegisterResource', Resource: '*' };
  await expect((await as(LakeFormationClient, action)).send(register)).rejects.toMatchObject(refused);
  await (await as(LakeFormationClient, action, { Action: 'iam:PassRole', Resource: RoleArn })).send(register);
});

test('a role is assumed only by whom it trusts', async () => {
  const assume = (RoleArn: string) => new AssumeRoleCommand({ RoleArn, RoleSessionName: 'a' });
  const admin = new STSClient({});
  const analyst = await makeRole([], { AWS: 'arn:aws:iam::000000000000:root' });
  await admin.send(assume(analyst.arn));
  const ofLambda = await makeRole([]);
  await expect(admin.send(assume(ofLambda.arn))).rejects.toMatchObject(refused);
  const ofAnalyst = await makeRole([], { AWS: analyst.arn });
  await new STSClient({ credentials: analyst.credentials }).send(assume(ofAnalyst.arn));
  const stranger = await as(STSClient);
  await expect(stranger.send(assume(ofAnalyst.arn))).rejects.toMatchObject(refused);
  await expect(stranger.send(assume(analyst.arn))).rejects.toMatchObject(refused);
  await (await as(STSClient, { Action: 'sts:AssumeRole', Resource: analyst.arn })).send(assume(analyst.arn));
});

test('refused calls are listed', async () => {
  const denials = await (await fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/denials`)).json();
  expect(denials).toContainEqual(
    expect.objectContaining({ action: 's3:GetObject', resource: `${arn}/other`, by: 'IAM' }),
  );
  expect(denials).toContainEqual(expect.objectContaining({ action: 'sts:AssumeRole', by: 'trust policy' }));
});
