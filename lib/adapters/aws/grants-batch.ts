import {
  BatchGrantPermissionsCommand,
  type BatchPermissionsFailureEntry,
  type BatchPermissionsRequestEntry,
  BatchRevokePermissionsCommand,
  type LakeFormationClient,
} from '@aws-sdk/client-lakeformation';
import { MeshError } from '../../model/mesh-error.ts';
import type { DesiredPermissions } from './grants-desired.ts';
import type { HeldPermissions } from './grants-permission.ts';
import { isPassing, retryConcurrent } from './lake-formation-retry.ts';
import { noAdmin } from './no-admin.ts';

/** Lake Formation's limit for one call. */
const MOST_ENTRIES = 20;

/** Grants all; a grant that is there already is no error. */
export async function grantAll(client: LakeFormationClient, wanted: readonly DesiredPermissions[]): Promise<void> {
  await inBatches(
    'granted',
    wanted.map(({ principal, resource, permissions }) => entryOf(principal, resource, permissions)),
    async (Entries) => (await client.send(new BatchGrantPermissionsCommand({ Entries }))).Failures,
  );
}

/** Revokes all, each in the shape in which it was listed; one that is gone already is no error. */
export async function revokeAll(client: LakeFormationClient, held: readonly HeldPermissions[]): Promise<void> {
  await inBatches(
    'revoked',
    held.map(({ principal, resource, permissions, grantable }) => entryOf(principal, resource, permissions, grantable)),
    async (Entries) => {
      const { Failures = [] } = await client.send(new BatchRevokePermissionsCommand({ Entries }));
      return Failures.filter((failure) => !isGone(failure));
    },
  );
}

type Entry = Omit<BatchPermissionsRequestEntry, 'Id'>;

function entryOf(
  principal: string,
  resource: HeldPermissions['resource'],
  permissions: HeldPermissions['permissions'],
  grantable: HeldPermissions['grantable'] = [],
): Entry {
  return {
    Principal: { DataLakePrincipalIdentifier: principal },
    Resource: resource,
    Permissions: [...permissions],
    ...(grantable.length > 0 && { PermissionsWithGrantOption: [...grantable] }),
  };
}

/** The calls do not throw for an entry that failed: they list it, and it is tried again when the reason passes. */
async function inBatches(
  done: string,
  entries: readonly Entry[],
  call: (entries: BatchPermissionsRequestEntry[]) => Promise<BatchPermissionsFailureEntry[] | undefined>,
): Promise<void> {
  const numbered = entries.map((entry, at): BatchPermissionsRequestEntry => ({ Id: String(at), ...entry }));
  for (let start = 0; start < numbered.length; start += MOST_ENTRIES) {
    let left = numbered.slice(start, start + MOST_ENTRIES);
    await retryConcurrent(async () => {
      const failures = (await call(left)) ?? [];
      const lasting = failures.find(({ Error: error }) => !isPassing(error?.ErrorCode, error?.ErrorMessage));
      if (lasting) throw failed(done, lasting);
      const ids = new Set(failures.map(({ RequestEntry }) => RequestEntry?.Id));
      left = left.filter(({ Id }) => ids.has(Id));
      if (left.length > 0) throw new EntriesLeft(done, failures[0]!);
    });
  }
}

/** Some entries met another change. Named as what they met, so that they are tried again. */
class EntriesLeft extends Error {
  constructor(done: string, { RequestEntry, Error: error }: BatchPermissionsFailureEntry) {
    super(`${describe(RequestEntry)} could not be ${done}: ${error?.ErrorMessage ?? error?.ErrorCode}`);
    this.name = 'ConcurrentModificationException';
  }
}

function failed(done: string, { RequestEntry, Error: error }: BatchPermissionsFailureEntry): MeshError {
  const message = `${describe(RequestEntry)} could not be ${done}: ${error?.ErrorCode}: ${error?.ErrorMessage ?? ''}`;
  if (error?.ErrorCode === 'AccessDeniedException') return noAdmin(message);
  return new MeshError({
    code: 'grants-failed',
    message,
    fix: 'see the reason; the next reconciliation tries again',
  });
}

function describe(entry: BatchPermissionsRequestEntry | undefined): string {
  const permissions = entry?.Permissions?.join(', ');
  const resource = JSON.stringify(entry?.Resource);
  return `${permissions} on ${resource} to ${entry?.Principal?.DataLakePrincipalIdentifier}`;
}

function isGone({ Error: error }: BatchPermissionsFailureEntry): boolean {
  if (error?.ErrorCode === 'EntityNotFoundException') return true;
  return (
    error?.ErrorCode === 'InvalidInputException' &&
    /no permissions revoked|does not have/i.test(error.ErrorMessage ?? '')
  );
}
