import { DeleteRoleCommand } from '@aws-sdk/client-iam';
import { GetDataLakeSettingsCommand, PutDataLakeSettingsCommand } from '@aws-sdk/client-lakeformation';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRoleExists } from '../../../lib/adapters/aws/existing-roles.ts';
import { leaveDataLakeSettings, mergeDataLakeSettings } from '../../../lib/adapters/aws/settings.aws.ts';
import { type RegistrarWorld, registrarWorld } from './registrar-world.ts';

let world: RegistrarWorld;
let other: string;
const options = () => ({ lakeFormation: world.lakeFormation, roleExists: createRoleExists(world.iam, world.account) });
const settings = async () => (await world.lakeFormation.send(new GetDataLakeSettingsCommand({}))).DataLakeSettings!;
const admins = async () => (await settings()).DataLakeAdmins!.map((admin) => admin.DataLakePrincipalIdentifier);
const everybody = [
  { Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, Permissions: ['ALL' as const] },
];

beforeEach(async () => {
  world = await registrarWorld();
  other = await world.role('other-admin');
  await world.lakeFormation.send(
    new PutDataLakeSettingsCommand({
      DataLakeSettings: {
        DataLakeAdmins: [{ DataLakePrincipalIdentifier: other }],
        CreateDatabaseDefaultPermissions: everybody,
        CreateTableDefaultPermissions: everybody,
        AllowExternalDataFiltering: true,
        Parameters: { CROSS_ACCOUNT_VERSION: '1', SET_CONTEXT: 'TRUE' },
      },
    }),
  );
});

describe('data lake settings', () => {
  test('get our admins, keep those of others, and close the account to whoever has no grant', async () => {
    await mergeDataLakeSettings(options(), [world.registrarRoleArn]);
    await mergeDataLakeSettings(options(), [world.registrarRoleArn]);
    expect(await admins()).toEqual([other, world.registrarRoleArn]);
    expect(await settings()).toMatchObject({
      CreateDatabaseDefaultPermissions: [],
      CreateTableDefaultPermissions: [],
      AllowExternalDataFiltering: true,
      Parameters: { CROSS_ACCOUNT_VERSION: '4', SET_CONTEXT: 'TRUE' },
    });
  });

  test('do without an admin that is gone, which would make every write fail', async () => {
    await world.iam.send(new DeleteRoleCommand({ RoleName: `${world.name}-other-admin` }));
    await mergeDataLakeSettings(options(), [world.registrarRoleArn]);
    expect(await admins()).toEqual([world.registrarRoleArn]);
  });

  test('lose only our own admins when we leave, and none when we left before', async () => {
    await mergeDataLakeSettings(options(), [world.registrarRoleArn]);
    await leaveDataLakeSettings(options(), [world.registrarRoleArn]);
    await leaveDataLakeSettings(options(), [world.registrarRoleArn]);
    expect(await admins()).toEqual([other]);
  });

  test('refuse whoever may not change them, and say who can help', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    const lakeFormation = { send: () => Promise.reject(denied) } as unknown as RegistrarWorld['lakeFormation'];
    await expect(mergeDataLakeSettings({ ...options(), lakeFormation }, [other])).rejects.toMatchObject({
      code: 'no-lake-formation-admin',
      fix: expect.stringContaining('add the registrar’s role as an admin'),
    });
  });
});
