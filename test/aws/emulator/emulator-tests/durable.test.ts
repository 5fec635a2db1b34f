import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetDurableExecutionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, expect, test } from 'vitest';
import { until } from '../../until.ts';
import { deploy, functionOf, roleFor } from './deploy.ts';

/** Three steps with a wait between; each tells a file that it was begun, and by which process. */
const CODE = `
const { withDurableExecution } = require('@aws/durable-execution-sdk-js');
const { appendFileSync } = require('node:fs');
exports.handler = withDurableExecution(async ({ file }, context) => {
  for (const name of ['one', 'two', 'three']) {
    await context.step(name, async () => appendFileSync(file, name + ' ' + process.pid + '\\n'));
    if (name === 'one') await context.wait('pause', { seconds: 1 });
  }
  return 'done';
});`;

const lambda = new LambdaClient({});
const folder = mkdtempSync(join(tmpdir(), 'durable-'));
let name: string;
let alias: string;

beforeAll(async () => {
  const checkpoints = {
    Effect: 'Allow',
    Action: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
    Resource: '*',
  };
  const { outputs } = await deploy(
    `durable-${Date.now().toString(36)}`,
    {
      Role: roleFor('lambda.amazonaws.com', checkpoints),
      Function: functionOf('Role', CODE, { DurableConfig: { ExecutionTimeout: 600, RetentionPeriodInDays: 1 } }),
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          FunctionName: { Ref: 'Function' },
          FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
          Name: 'live',
        },
      },
    },
    { Name: { Value: { Ref: 'Function' } }, Alias: { Value: { Ref: 'Alias' } } },
  );
  name = outputs.Name!;
  alias = outputs.Alias!;
});

const invoke = (event: object, more: object = {}) =>
  lambda.send(new InvokeCommand({ FunctionName: alias, Payload: JSON.stringify(event), ...more }));
const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]);

test('a durable execution does each step once and gives its result', async () => {
  const file = join(folder, 'once');
  const { Payload, FunctionError } = await invoke({ file });
  expect([FunctionError, Buffer.from(Payload!).toString()]).toEqual([undefined, '"done"']);
  expect(lines(file).map(([step]) => step)).toEqual(['one', 'two', 'three']);
});

test('an execution whose process is killed between steps goes on in another', async () => {
  const faults = JSON.stringify({ killAfterCheckpoints: 1, function: name });
  await fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/faults`, { method: 'POST', body: faults });
  const file = join(folder, 'killed');
  await invoke({ file });
  const [steps, processes] = [lines(file).map(([step]) => step), new Set(lines(file).map(([, pid]) => pid))];
  expect([...new Set(steps)]).toEqual(['one', 'two', 'three']);
  expect(processes.size).toBeGreaterThan(1);
});

test('an execution that is asked for twice by one name is one', async () => {
  const file = join(folder, 'named');
  const asked = { InvocationType: 'Event', DurableExecutionName: 'named' };
  const [first, second] = [await invoke({ file }, asked), await invoke({ file }, asked)];
  expect(second.DurableExecutionArn).toBe(first.DurableExecutionArn);
  const get = new GetDurableExecutionCommand({ DurableExecutionArn: first.DurableExecutionArn });
  await until('it has ended', async () => (await lambda.send(get)).Status === 'SUCCEEDED', 20);
  expect(lines(file)).toHaveLength(3);
});

test('a durable function is refused without a version', async () => {
  const bare = new InvokeCommand({ FunctionName: name, Payload: '{}' });
  await expect(lambda.send(bare)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('several executions run at once, each in a process of its own', async () => {
  const files = [1, 2, 3].map((each) => join(folder, `at-once-${each}`));
  await Promise.all(files.map((file) => invoke({ file })));
  expect(new Set(files.map((file) => lines(file)[0]![1])).size).toBe(3);
});
