import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isNamed } from './lake-formation-retry.ts';

/** Whether a role is there; whatever is no role of this account is taken to be. */
export type RoleExists = (arn: string) => Promise<boolean>;

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/** Looks each role up once: Lake Formation refuses a whole request for one principal that is gone. */
export function createRoleExists(iam: IAMClient, account: string): RoleExists {
  const known = new Map<string, Promise<boolean>>();
  const find = async (name: string) => {
    try {
      await iam.send(new GetRoleCommand({ RoleName: name }));
      return true;
    } catch (thrown) {
      if (isNamed(thrown, 'NoSuchEntityException') || isNamed(thrown, 'NoSuchEntity')) return false;
      throw thrown;
    }
  };
  return (arn) => {
    const [, owner, name] = ROLE.exec(arn) ?? [];
    if (name === undefined || owner !== account) return Promise.resolve(true);
    const found = known.get(arn) ?? find(name);
    known.set(arn, found);
    return found;
  };
}
