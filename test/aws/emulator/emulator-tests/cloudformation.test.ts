import { DeleteObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, test } from 'vitest';
import { deploy, destroy, functionOf, type Resources, roleFor } from './deploy.ts';

const ssm = new SSMClient({});
const s3 = new S3Client({ forcePathStyle: true });

/** A custom resource's function that keeps what it was asked in the parameter store, and fails when it is told to. */
const CUSTOM = `
const { SSMClient, PutParameterCommand } = require('@aws-sdk/client-ssm');
let calls = 0;
exports.handler = async (event) => {
  const { Value, Log, Fail } = event.ResourceProperties;
  const line = [event.RequestType, Value, event.OldResourceProperties?.Value, event.PhysicalResourceId].join(' ');
  await new SSMClient({}).send(new PutParameterCommand({ Name: Log + '/' + Date.now() + '-' + ++calls, Value: line, Type: 'String' }));
  const failed = (Fail ?? '').split(',').includes(event.RequestType);
  const answer = { ...event, Status: failed ? 'FAILED' : 'SUCCESS', Reason: 'told to', PhysicalResourceId: 'thing', Data: { Said: 'hello ' + Value } };
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
};`;

const custom = (log: string, value: string, fail = '') => ({
  Type: 'Custom::Thing',
  Properties: {
    ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] },
    ServiceTimeout: 30,
    Value: value,
    Log: log,
    Fail: fail,
  },
});

let name: string;
let made = 0;
const withThing = (value: string, fail = '', more: Resources = {}): Resources => ({
  Role: roleFor('lambda.amazonaws.com', { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: '*' }),
  Function: functionOf('Role', CUSTOM),
  Thing: custom(`/log/${name}`, value, fail),
  ...more,
});
const topic = (displayName: string) => ({ Type: 'AWS::SNS::Topic', Properties: { DisplayName: displayName } });

async function calls(): Promise<readonly string[]> {
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: `/log/${name}`, Recursive: true }));
  return Parameters!.toSorted((a, b) => (a.Name! < b.Name! ? -1 : 1)).map(({ Value }) => Value!.trim());
}

beforeEach(() => {
  name = `stack-${++made}-${Date.now().toString(36)}`;
});

describe('a custom resource', () => {
  test('is created, updated only when its properties change, and deleted', async () => {
    const outputs = { Said: { Value: { 'Fn::GetAtt': ['Thing', 'Said'] } } };
    expect((await deploy(name, withThing('one'), outputs)).outputs).toEqual({ Said: 'hello one' });
    await deploy(name, withThing('one', '', { Topic: topic('a') }), outputs);
    expect((await deploy(name, withThing('two'), outputs)).outputs).toEqual({ Said: 'hello two' });
    expect((await destroy(name)).status).toBe('DELETE_COMPLETE');
    expect(await calls()).toEqual(['Create one', 'Update two one thing', 'Delete two  thing']);
  });

  test('that fails when it is created is deleted again, with all the rest', async () => {
    const { status, events } = await deploy(name, withThing('one', 'Create'));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(events.join('\n')).toContain(
      'Received response status [FAILED] from custom resource. Message returned: told to',
    );
    expect(events).toContain('Function DELETE_COMPLETE: ');
    expect(await calls()).toEqual(['Create one', 'Delete one  thing']);
  });

  test('that fails when it is updated is updated back, and what came with it goes', async () => {
    await deploy(name, withThing('one'));
    const more = { ATopic: topic('new') };
    const { status, events } = await deploy(name, withThing('two', 'Update', more));
    expect(events).toContain('ATopic DELETE_COMPLETE: ');
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await calls()).toEqual(['Create one', 'Update two one thing', 'Update one two thing']);
    expect((await deploy(name, withThing('three'))).status).toBe('UPDATE_COMPLETE');
  });

  test('that refuses to be deleted keeps the stack and what it depends on, until it can be', async () => {
    await deploy(name, withThing('one', 'Delete', { Topic: topic('a') }));
    const { status, events } = await destroy(name);
    expect(status).toBe('DELETE_FAILED');
    expect(events).toContain('Topic DELETE_COMPLETE: ');
    expect(events.filter((each) => each.startsWith('Function DELETE'))).toEqual([]);
    expect(events.at(-1)).toContain('The following resource(s) failed to delete: [Thing]');
    expect((await destroy(name)).status).toBe('DELETE_FAILED');
  });

  test('fails at once when its function throws', async () => {
    const resources = {
      ...withThing('one'),
      Function: functionOf('Role', 'exports.handler = () => { throw new Error("bug"); };'),
    };
    const { status, events } = await deploy(name, resources);
    expect(events.join('\n')).toContain('bug');
    expect(status).toBe('ROLLBACK_FAILED');
  });
});

describe('a stack', () => {
  const bucket = (policy: object = {}): Resources => ({ Bucket: { Type: 'AWS::S3::Bucket', ...policy } });
  const bucketName = { Name: { Value: { Ref: 'Bucket' } } };

  test('keeps what it is told to keep, and makes another when it is deployed again', async () => {
    const first = await deploy(name, bucket({ DeletionPolicy: 'Retain' }), bucketName);
    expect((await destroy(name)).status).toBe('DELETE_COMPLETE');
    await s3.send(new HeadBucketCommand({ Bucket: first.outputs.Name! }));
    const second = await deploy(name, bucket({ DeletionPolicy: 'RetainExceptOnCreate' }), bucketName);
    expect(second.outputs.Name).not.toBe(first.outputs.Name);
    await destroy(name);
    await s3.send(new HeadBucketCommand({ Bucket: second.outputs.Name! }));
  });

  test('removes what RetainExceptOnCreate names when its creation fails', async () => {
    const { events } = await deploy(
      name,
      withThing('one', 'Create', bucket({ DeletionPolicy: 'RetainExceptOnCreate' })),
    );
    expect(events).toContain('Bucket DELETE_COMPLETE: ');
  });

  test('does not delete a bucket that has something in it', async () => {
    const { outputs } = await deploy(name, bucket(), bucketName);
    const object = { Bucket: outputs.Name!, Key: 'a' };
    await s3.send(new PutObjectCommand({ ...object, Body: 'a' }));
    expect((await destroy(name)).status).toBe('DELETE_FAILED');
    await s3.send(new DeleteObjectCommand(object));
    expect((await destroy(name)).status).toBe('DELETE_COMPLETE');
  });

  test('refuses a name that is taken', async () => {
    const parameter = {
      P: { Type: 'AWS::SSM::Parameter', Properties: { Name: `/${name}`, Type: 'String', Value: 'a' } },
    };
    await deploy(name, parameter);
    const { status, events } = await deploy(`${name}-b`, parameter);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(events.join('\n')).toContain('already exists');
    expect((await deploy(name, parameter)).status).toBe('UPDATE_COMPLETE');
  });

  test('reads parameters of the parameter store', async () => {
    await ssm.send(new PutParameterCommand({ Name: `/${name}/a`, Value: 'arn:a', Type: 'String' }));
    const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: `q-{{resolve:ssm:/${name}/b}}` } };
    expect((await deploy(name, { Queue: queue })).events.join('\n')).toContain(`${name}/b`);
    const found = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: `{{resolve:ssm:/${name}/a}}` } };
    expect((await deploy(`${name}-c`, { Topic: found })).status).toBe('CREATE_COMPLETE');
  });
});
