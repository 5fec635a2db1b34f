import { setTimeout as pause } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { LakeFormationClient, ListPermissionsCommand } from '@aws-sdk/client-lakeformation';
import { expect, test } from 'vitest';
import { grantAll } from '../../../lib/adapters/aws/grants-batch.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

test('a grant to a role that Lake Formation has not heard of yet waits for it', async () => {
  const lakeFormation = new LakeFormationClient();
  const RoleName = `new-${process.pid}-${Date.now()}`;
  const principal = `arn:aws:iam::000000000000:role/${RoleName}`;
  const granting = grantAll(lakeFormation, [
    { principal, resource: { Catalog: {} }, permissions: ['CREATE_DATABASE'] },
  ]);
  await pause(300);
  await new IAMClient().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(TRUST) }));
  await granting;
  const { PrincipalResourcePermissions } = await lakeFormation.send(
    new ListPermissionsCommand({ Principal: { DataLakePrincipalIdentifier: principal } }),
  );
  expect(PrincipalResourcePermissions).toMatchObject([{ Permissions: ['CREATE_DATABASE'] }]);
});
