import {
  type DataLakePrincipal,
  type DataLakeSettings,
  GetDataLakeSettingsCommand,
  type LakeFormationClient,
  PutDataLakeSettingsCommand,
} from '@aws-sdk/client-lakeformation';
import type { RoleExists } from './existing-roles.ts';
import { IAM_ALLOWED_PRINCIPALS } from './grants-permission.ts';
import { retryConcurrent } from './lake-formation-retry.ts';
import { explainDenied } from './no-admin.ts';

export interface SettingsOptions {
  readonly lakeFormation: LakeFormationClient;
  readonly roleExists: RoleExists;
}

/** Version 4 shares across accounts without a resource policy for each share. */
const CROSS_ACCOUNT_VERSION = '4';

/**
 * Adds admins to the account's data lake settings, and closes it to whoever has no grant. Nothing else of the settings
 * changes: other meshes and people keep theirs. Principals that are no longer there are dropped, because Lake Formation
 * refuses every write of settings that name one.
 *
 * This is not left to CloudFormation's `AWS::LakeFormation::DataLakeSettings`: it writes what it read, stale admins
 * included, and fails on them.
 *
 * @throws MeshError `no-lake-formation-admin` when the caller may not.
 */
export async function mergeDataLakeSettings(options: SettingsOptions, admins: readonly string[]): Promise<void> {
  await changeSettings(options, (settings, kept) => ({
    ...settings,
    DataLakeAdmins: withPrincipals(kept, admins),
    CreateDatabaseDefaultPermissions: withoutEverybody(settings.CreateDatabaseDefaultPermissions),
    CreateTableDefaultPermissions: withoutEverybody(settings.CreateTableDefaultPermissions),
    Parameters: { ...settings.Parameters, CROSS_ACCOUNT_VERSION: highest(settings.Parameters?.CROSS_ACCOUNT_VERSION) },
  }));
}

/** Takes one's own admins out of the settings; that they are gone already is no error. */
export async function leaveDataLakeSettings(options: SettingsOptions, admins: readonly string[]): Promise<void> {
  await changeSettings(options, (settings, kept) => ({
    ...settings,
    DataLakeAdmins: kept.filter((admin) => !admins.includes(admin.DataLakePrincipalIdentifier ?? '')),
  }));
}

async function changeSettings(
  { lakeFormation, roleExists }: SettingsOptions,
  change: (settings: DataLakeSettings, admins: DataLakePrincipal[]) => DataLakeSettings,
): Promise<void> {
  await explainDenied(() =>
    retryConcurrent(async () => {
      const { DataLakeSettings = {} } = await lakeFormation.send(new GetDataLakeSettingsCommand({}));
      const admins = await existing(DataLakeSettings.DataLakeAdmins, roleExists);
      const readers = await existing(DataLakeSettings.ReadOnlyAdmins, roleExists);
      const changed = { ...change(DataLakeSettings, admins), ReadOnlyAdmins: readers };
      if (JSON.stringify(changed) === JSON.stringify({ ReadOnlyAdmins: [], ...DataLakeSettings })) return;
      await lakeFormation.send(new PutDataLakeSettingsCommand({ DataLakeSettings: changed }));
    }),
  );
}

async function existing(
  principals: readonly DataLakePrincipal[] | undefined,
  roleExists: RoleExists,
): Promise<DataLakePrincipal[]> {
  const kept: DataLakePrincipal[] = [];
  for (const principal of principals ?? []) {
    // The identifier of a role that was deleted is an opaque id, no ARN.
    const id = principal.DataLakePrincipalIdentifier ?? '';
    if (id.startsWith('arn:') && (await roleExists(id))) kept.push(principal);
  }
  return kept;
}

function withPrincipals(present: readonly DataLakePrincipal[], added: readonly string[]): DataLakePrincipal[] {
  const known = new Set(present.map((each) => each.DataLakePrincipalIdentifier));
  const missing = [...new Set(added)].filter((arn) => !known.has(arn));
  return [...present, ...missing.map((arn) => ({ DataLakePrincipalIdentifier: arn }))];
}

function withoutEverybody(
  permissions: DataLakeSettings['CreateTableDefaultPermissions'],
): NonNullable<DataLakeSettings['CreateTableDefaultPermissions']> {
  return (permissions ?? []).filter(
    ({ Principal }) => Principal?.DataLakePrincipalIdentifier !== IAM_ALLOWED_PRINCIPALS,
  );
}

/** Versions only go up: an account may be ahead. */
function highest(version: string | undefined): string {
  return Number(version ?? 0) > Number(CROSS_ACCOUNT_VERSION) ? version! : CROSS_ACCOUNT_VERSION;
}
