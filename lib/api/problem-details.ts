import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorKind, MeshError } from '../model/mesh-error.ts';

const STATUS: Record<ErrorKind, ContentfulStatusCode> = {
  usage: 400,
  denied: 403,
  'not-found': 404,
  conflict: 409,
  breaking: 409,
  check: 422,
  unsupported: 501,
  retry: 503,
};

/** An error as RFC 9457 has it, with what a `MeshError` knows besides. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    fix: z.string(),
    problems: z.array(z.object({ code: z.string(), message: z.string(), fix: z.string() })).optional(),
  })
  .openapi('Problem');

/** Turns whatever was thrown into a response. What is a bug is told to stderr, not to the caller. */
export function problemResponse(context: Context, thrown: unknown): Response {
  if (thrown instanceof MeshError) {
    const { code, kind, fix, problems } = thrown;
    const details = problems.map(({ code, message, fix }) => ({ code, message, fix }));
    const detail = problems.length === 1 ? problems[0]!.message : thrown.message;
    return respond(context, STATUS[kind], code, kind, detail, fix, problems.length > 1 ? details : undefined);
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return respond(context, 503, 'aborted', 'aborted', 'the request was given up', 'ask again');
  }
  if (thrown instanceof HTTPException) {
    const detail = thrown.message || `status ${thrown.status}`;
    return respond(context, thrown.status, 'invalid-request', 'usage', detail, 'send JSON, as /openapi.json says');
  }
  console.error(thrown);
  return respond(
    context,
    500,
    'bug',
    'internal error',
    'something broke that should not',
    'see the terminal that runs `mesh up`, and report it',
  );
}

/** The response for a path that is none. */
export function notFoundResponse(context: Context): Response {
  const detail = `there is no ${context.req.method} ${context.req.path}`;
  return respond(context, 404, 'no-such-path', 'not-found', detail, 'see /openapi.json');
}

/** A problem as a response. */
export function respond(
  context: Context,
  status: ContentfulStatusCode,
  code: string,
  title: string,
  detail: string,
  fix: string,
  problems?: z.infer<typeof problemSchema>['problems'],
): Response {
  const body = { type: `urn:cdk-data-mesh:${code}`, title, status, detail, code, fix, problems };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}
