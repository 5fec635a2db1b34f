import {
  type AthenaClient,
  BatchGetQueryExecutionCommand,
  paginateListQueryExecutions,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { billedBytes } from '../../model/billed-bytes.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductId } from '../../model/names.ts';
import type { Usage } from '../../ports/usage.ts';
import type { Deployments } from './deployments.aws.ts';
import { usagePartition } from './registry-keys.ts';
import type { Store } from './store.aws.ts';

export interface UsageOptions {
  readonly athena: AthenaClient;
  readonly s3: S3Client;
  readonly store: Store;
  /** Where products are deployed. */
  readonly deployments: Pick<Deployments, 'get'>;
}

/** What one invocation of a function used, to be counted. */
export interface Invocation {
  readonly product: ProductId;
  /** For which the function was awake. */
  readonly milliseconds: number;
  readonly memoryMb: number;
  readonly at: Date;
}

/**
 * What products use: queries from the history of their workgroups, time awake as their functions counted it, bytes from
 * their buckets' listings.
 *
 * The listing holds every version that is billed, now, and needs no permission but to list. CloudWatch's BucketSizeBytes
 * is a day or two late and missing for new buckets; a million objects take a thousand requests, half a cent.
 */
export function createUsage({ athena, s3, store, deployments }: UsageOptions): Usage {
  return {
    async of(product, day) {
      const deployment = await deployments.get(product);
      if (!deployment) throw notDeployed(product);
      const queries = await queriesOf(athena, deployment.workGroup, day);
      const counted = await store.get(counterKey(product, day));
      return {
        athenaBytes: queries.reduce((sum, bytes) => sum + bytes, 0),
        athenaQueries: queries.length,
        lambdaGbSeconds: Number(counted?.[MEGABYTE_MILLISECONDS] ?? 0) / 1024 / 1000,
        lambdaRequests: Number(counted?.invocations ?? 0),
        storageBytes: await bytesIn(s3, deployment.bucket),
      };
    },
  };
}

/** Adds one invocation to its product's day. Called again it counts again. */
export async function countInvocation(store: Store, invocation: Invocation): Promise<void> {
  const { product, milliseconds, memoryMb, at } = invocation;
  await store.write({
    update: counterKey(product, at.toISOString().slice(0, 10)),
    by: `ADD #invocations :one, #${MEGABYTE_MILLISECONDS} :used SET #expires = :expires`,
    values: {
      one: 1,
      used: Math.ceil(milliseconds) * memoryMb,
      expires: Math.floor(at.getTime() / 1000) + KEPT_SECONDS,
    },
  });
}

/**
 * A function's handler that counts what each of its invocations used, also of one that ends in an error or that suspends
 * a durable execution: its waits are nobody's. One that is killed is not counted, and counting never fails a run.
 */
export function countingInvocations<Given extends readonly unknown[], Result>(
  { store, product, memoryMb }: { readonly store: Store; readonly product: ProductId; readonly memoryMb: number },
  handler: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  let isFirst = true;
  return async (...given) => {
    const now = performance.now();
    // The first invocation also pays for loading the code, which began with the process unless Lambda did it ahead.
    const start = isFirst ? Math.max(0, now - LONGEST_INIT_MS) : now;
    isFirst = false;
    try {
      return await handler(...given);
    } finally {
      const milliseconds = performance.now() - start;
      await countInvocation(store, { product, milliseconds, memoryMb, at: new Date() }).catch((error: unknown) => {
        console.warn(`an invocation of ${product} is not counted in its costs: ${String(error)}`);
      });
    }
  };
}

const MEGABYTE_MILLISECONDS = 'megabyte_milliseconds';
const KEPT_SECONDS = 90 * 86_400;
/** Lambda starts anew what takes longer to load. */
const LONGEST_INIT_MS = 10_000;
/** Of ids that one request may name. */
const MOST_IDS = 50;

function counterKey(product: ProductId, day: string) {
  return { pk: usagePartition(product), sk: day };
}

/** What each query of a workgroup that was submitted on a day is billed for. */
async function queriesOf(athena: AthenaClient, workgroup: string, day: string): Promise<number[]> {
  const start = Date.parse(`${day}T00:00:00Z`);
  const end = start + 86_400_000;
  const billed: number[] = [];
  for await (const { QueryExecutionIds: ids = [] } of paginateListQueryExecutions(
    { client: athena, pageSize: MOST_IDS },
    { WorkGroup: workgroup },
  )) {
    const times: number[] = [];
    for (let from = 0; from < ids.length; from += MOST_IDS) {
      for (const execution of await getExecutions(athena, ids.slice(from, from + MOST_IDS))) {
        const submitted = execution.Status?.SubmissionDateTime?.getTime() ?? 0;
        times.push(submitted);
        const bytes = billedFor(execution);
        if (submitted >= start && submitted < end && bytes !== undefined) billed.push(bytes);
      }
    }
    // Newest first, 45 days of them: what follows a page from before the day is older still.
    if (times.length > 0 && Math.max(...times) < start) break;
  }
  return billed;
}

async function getExecutions(athena: AthenaClient, ids: readonly string[]): Promise<readonly QueryExecution[]> {
  const answer = await athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds: [...ids] }));
  // What could not be read would be missing from the day for ever.
  const [unread] = answer.UnprocessedQueryExecutionIds ?? [];
  if (!unread) return answer.QueryExecutions ?? [];
  throw new MeshError({
    code: 'query-history-unread',
    message: `Athena did not tell of query ${unread.QueryExecutionId}: ${unread.ErrorMessage ?? 'it does not say why'}`,
    fix: 'collect the day again',
    kind: 'retry',
  });
}

/** Undefined for what is free: failures, definitions, and what was cancelled before it read anything. */
function billedFor({ Statistics, StatementType, Status }: QueryExecution): number | undefined {
  const scanned = Statistics?.DataScannedInBytes ?? 0;
  if (Status?.State === 'FAILED' || (scanned === 0 && Status?.State === 'CANCELLED')) return undefined;
  if (scanned === 0 && StatementType !== 'DML') return undefined;
  return billedBytes(scanned);
}

async function bytesIn(s3: S3Client, bucket: string): Promise<number> {
  let bytes = 0;
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page ?? {};
    page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, KeyMarker, VersionIdMarker }));
    for (const { Size = 0 } of page.Versions ?? []) bytes += Size;
  } while (page.IsTruncated);
  return bytes;
}

function notDeployed(product: ProductId): MeshError {
  return new MeshError({
    code: 'not-deployed',
    message: `product \`${product}\` has no deployment, so what it uses is not known`,
    fix: 'deploy its stack',
    where: { product },
    kind: 'not-found',
  });
}
