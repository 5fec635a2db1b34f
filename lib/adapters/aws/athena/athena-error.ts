import { MeshError } from '../../../model/mesh-error.ts';

/** What Athena says of another writer, or of itself being too busy: the same again may succeed. */
const PASSING =
  /ICEBERG_COMMIT_ERROR|TooManyRequests|ThrottlingException|Rate exceeded|EXHAUSTED|SlowDown|INTERNAL_ERROR|CLUSTER_OUT_OF_MEMORY|ConcurrentModification/i;

/** Whether a statement may be tried again as it is. */
export function isPassing(reason: string): boolean {
  return PASSING.test(reason);
}

/** Athena's reason for a failure, as an error with a way out. */
export function athenaError(reason: string, name: string, queryId: string): MeshError {
  const failure = (code: string, fix: string, kind: MeshError['kind'] = 'check') =>
    new MeshError({ code, kind, message: `${name}: ${firstLines(reason)} (query ${queryId})`, fix });
  if (/Bytes scanned limit|bytes scanned cutoff/i.test(reason)) {
    const fix = 'read fewer columns or only what is new, or raise the workgroup’s limit';
    return failure('scan-limit', fix);
  }
  if (/AccessDenied|Insufficient (?:Lake Formation )?permission|PERMISSION_DENIED|not authorized/i.test(reason)) {
    return failure('denied', 'let the registrar reconcile the grants; see who was refused what', 'denied');
  }
  if (isPassing(reason)) return failure('busy', 'try again', 'retry');
  if (/snapshot ID does not exist|No version history|INVALID_ARGUMENTS: Iceberg snapshot/i.test(reason)) {
    return failure('state-is-gone', 'read a later state: this one was kept as long as its contract says', 'not-found');
  }
  if (/TABLE_NOT_FOUND|SCHEMA_NOT_FOUND|does not exist/i.test(reason) && !/COLUMN_NOT_FOUND|Column/i.test(reason)) {
    return failure('no-such-table', 'deploy the product again: its tables are made by the registrar', 'not-found');
  }
  if (/SYNTAX_ERROR|FUNCTION_NOT_FOUND|TYPE_MISMATCH|COLUMN_NOT_FOUND|mismatched input/i.test(reason)) {
    return failure('sql-syntax', 'mend the statement');
  }
  if (
    /INVALID_CAST_ARGUMENT|Cannot cast|NUMERIC_VALUE_OUT_OF_RANGE|DIVISION_BY_ZERO|INVALID_FUNCTION_ARG/i.test(reason)
  ) {
    return failure('conversion-failed', 'use `TRY_CAST` for what may not convert, or mend the data');
  }
  return failure('athena-failed', 'see the query in Athena’s history; the last good publication stays in place');
}

/** The query was stopped by somebody, or by a limit of time. */
export function cancelled(reason: string, name: string, queryId: string): MeshError {
  return new MeshError({
    code: 'cancelled',
    kind: 'retry',
    message: `${name}: the query was cancelled${reason ? `: ${firstLines(reason)}` : ''} (query ${queryId})`,
    fix: 'try again',
  });
}

function firstLines(text: string): string {
  const told = text.trim().replaceAll(/\s+/g, ' ');
  return told.length > 600 ? `${told.slice(0, 600)}…` : told;
}
