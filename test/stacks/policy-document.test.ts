import { expect, test } from 'vitest';
import { type AllowStatement, policyDocument } from '../../lib/stacks/policy-document.ts';

const table = 'arn:aws:dynamodb:eu-central-1:111122223333:table/mesh';
const read: AllowStatement = { actions: ['dynamodb:GetItem'], resources: [table] };
const names: AllowStatement = { actions: ['glue:GetTables'], resources: ['*'] };

test.each(['*', 's3:*', 's3:Get*'])('a policy refuses the action %s', (action) => {
  expect(() => policyDocument([read, { ...read, actions: [action] }])).toThrow(
    `the action \`${action}\` has a wildcard; name every action that is called`,
  );
});

test('a policy refuses every resource, unless somebody says why', () => {
  expect(() => policyDocument([names])).toThrow(
    '`glue:GetTables` is allowed on `*` without a reason; name the resources, or say in `why` that AWS has no narrower form',
  );
  expect(policyDocument([{ ...names, why: 'it knows no resource' }]).Statement).toEqual([
    { Effect: 'Allow', Action: ['glue:GetTables'], Resource: ['*'] },
  ]);
});

test('a reason for one statement is none for another', () => {
  const allowed = { ...names, why: 'it knows no resource' };
  expect(() => policyDocument([allowed, { ...names, actions: ['glue:DeleteTable'] }])).toThrow('`glue:DeleteTable`');
});

test('a policy refuses what is allowed on nothing', () => {
  expect(() => policyDocument([{ ...read, resources: [''] }])).toThrow('`dynamodb:GetItem` is allowed on nothing');
});

test('statements that allow the same become one, those under other conditions do not', () => {
  const other = { ...read, resources: [`${table}/index/by-time`] } as const;
  const conditions = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
  const { Statement } = policyDocument([read, other, read, { ...read, conditions }]);
  expect(Statement).toEqual([
    { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table, `${table}/index/by-time`] },
    { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table], Condition: conditions },
  ]);
});
