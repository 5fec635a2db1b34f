import { setTimeout as pause } from 'node:timers/promises';
import { MeshError } from '../../model/mesh-error.ts';

/** What CloudFormation asks of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly [name: string]: unknown };
  readonly OldResourceProperties?: { readonly [name: string]: unknown };
}

/** What the work leaves: the resource's name, which CloudFormation compares, and values for the template. */
export interface CustomResourceResult {
  readonly physicalId: string;
  readonly data?: { readonly [name: string]: string };
}

export interface AnswerOptions {
  /** What the time-out of the function leaves; see Lambda's context. */
  readonly remainingMilliseconds: () => number;
  /** How the answer is sent. @default an HTTPS PUT */
  readonly put?: (url: string, body: string) => Promise<void>;
}

/** CloudFormation shows about so much of a reason; its answer may have 4 KB in all. */
const LONGEST_REASON = 1_000;
/** Time kept for telling CloudFormation that there was not enough of it. */
const TIME_TO_ANSWER = 5_000;
const ATTEMPTS = 5;

/** Names a resource whose creation failed: there is nothing of it to delete, whatever stands under its real name. */
const NEVER_CREATED = 'never-created:';

export function isCustomResourceEvent(event: unknown): event is CustomResourceEvent {
  return typeof event === 'object' && event !== null && 'ResponseURL' in event && 'RequestType' in event;
}

/**
 * Does what CloudFormation asks and always tells it how that went: a stack whose custom resource is silent waits for
 * an hour. The deletion of what never came to be succeeds without work.
 */
export async function answerCustomResource(
  event: CustomResourceEvent,
  work: (event: CustomResourceEvent) => Promise<CustomResourceResult>,
  { remainingMilliseconds, put = putOverHttps }: AnswerOptions,
): Promise<void> {
  const { RequestType, RequestId, StackId, LogicalResourceId, PhysicalResourceId } = event;
  const fallback = PhysicalResourceId ?? `${NEVER_CREATED}${RequestId}`;
  const echo = { RequestId, StackId, LogicalResourceId };
  const late = new AbortController();
  let answer: object;
  try {
    if (RequestType === 'Delete' && fallback.startsWith(NEVER_CREATED)) {
      answer = { ...echo, Status: 'SUCCESS', PhysicalResourceId: fallback };
    } else {
      const timeout = timeOut(remainingMilliseconds() - TIME_TO_ANSWER, late.signal);
      const { physicalId, data } = await Promise.race([work(event), timeout]);
      answer = { ...echo, Status: 'SUCCESS', PhysicalResourceId: physicalId, Data: data };
    }
  } catch (thrown) {
    console.error(thrown);
    answer = { ...echo, Status: 'FAILED', PhysicalResourceId: fallback, Reason: reasonOf(thrown) };
  } finally {
    late.abort();
  }
  await send(put, event.ResponseURL, JSON.stringify(answer));
}

async function timeOut(milliseconds: number, signal: AbortSignal): Promise<never> {
  await pause(Math.max(0, milliseconds), undefined, { signal }).catch(() => new Promise<never>(() => undefined));
  throw new MeshError({
    code: 'timed-out',
    kind: 'retry',
    message: 'the registrar had not enough time',
    fix: 'deploy again: it goes on where it was',
  });
}

/** In words that fit: the beginning names what is wrong, the end the way out. */
function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (text.length <= LONGEST_REASON) return text;
  const fix = thrown instanceof MeshError ? ` … ${thrown.fix.slice(0, LONGEST_REASON / 2)}` : ' …';
  return `${text.slice(0, LONGEST_REASON - fix.length)}${fix}`;
}

async function send(put: NonNullable<AnswerOptions['put']>, url: string, body: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await put(url, body);
    } catch (thrown) {
      if (attempt === ATTEMPTS) throw thrown;
      await pause(100 * 2 ** attempt);
    }
  }
}

/** The URL is signed for a request without a content type. */
async function putOverHttps(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': '' }, body });
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status}`);
}
