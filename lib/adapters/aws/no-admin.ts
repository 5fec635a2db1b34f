import { MeshError } from '../../model/mesh-error.ts';
import { isNamed } from './lake-formation-retry.ts';

/** Says of a call that was denied what to do about it: the registrar may everything while it is an admin. */
export async function explainDenied<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw isNamed(thrown, 'AccessDeniedException') ? noAdmin((thrown as Error).message, thrown) : thrown;
  }
}

/** Whoever changes tables and grants is no Lake Formation admin. */
export function noAdmin(why: string, cause?: unknown): MeshError {
  return new MeshError({
    code: 'no-lake-formation-admin',
    kind: 'denied',
    message: `the registrar may not change tables or grants: ${why}`,
    fix: 'let a Lake Formation admin of the account add the registrar’s role as an admin (Lake Formation, administrative roles), and deploy again',
    cause,
  });
}
